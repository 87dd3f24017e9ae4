import { html, trustedMarkup, type Html } from './html.ts';
import { reportStyle } from './style.ts';

/** What differs between pages. */
export interface PageParts {
  /** Shown above the content and by the browser. */
  readonly title: string;
  /** All that stands below the title. */
  readonly content: Html;
  /** Seconds after which the page loads itself anew. @default never */
  readonly reloadSeconds?: number | undefined;
}

/** One HTML file that needs nothing else: the style is inside, and the page may neither run scripts nor fetch anything. */
export function renderPageFrame({ title, content, reloadSeconds }: PageParts): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        ${reloadSeconds !== undefined && html`<meta http-equiv="refresh" content="${reloadSeconds}" />`}
        <title>${title}</title>
        <style>
          ${trustedMarkup(reportStyle)}
        </style>
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          ${content}
        </main>
      </body>
    </html> `.markup;
}
