import { html, trustedMarkup } from './html.ts';
import { reportStyle } from './style.ts';
import { renderTrainingSection, type ShownTraining } from './training-section.ts';

/** What the page of a training that is going on shows. */
export interface TrainingReportInput extends ShownTraining {
  readonly title: string;
  /** One sentence on how far it has come. */
  readonly status: string;
  /** Seconds after which the page loads itself anew. @default never */
  readonly reloadSeconds?: number | undefined;
}

/** The page of a training as one HTML file without scripts. All text is escaped. */
export function renderTrainingPage(input: TrainingReportInput): string {
  const { title, status, reloadSeconds } = input;
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
          <p class="muted">${status}</p>
          ${renderTrainingSection(input)}
          <footer class="muted small">Made by Polyhead.</footer>
        </main>
      </body>
    </html> `.markup;
}
