/** Markup that is safe to put into a page as it is. */
export interface Html {
  readonly markup: string;
}

/** What may stand in a template: text is escaped, markup is not, false and undefined are nothing. */
export type HtmlPart = string | number | Html | readonly HtmlPart[] | false | undefined;

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text in a form that is safe between tags and in quoted attributes; control characters become spaces. */
export function escapeHtml(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what this is about
  const visible = text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, ' ');
  return visible.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

/** A template whose values are escaped unless they are markup themselves. */
export function html(strings: TemplateStringsArray, ...parts: readonly HtmlPart[]): Html {
  const pieces = strings.map((text, index) => withoutIndentation(text) + toMarkup(parts[index]));
  return { markup: pieces.join('') };
}

/** Marks a string that is markup already, such as a drawn chart. */
export function trustedMarkup(markup: string): Html {
  return { markup };
}

/** Templates are indented for those who read the code; pages need not be. */
function withoutIndentation(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, '\n');
}

function toMarkup(part: HtmlPart): string {
  if (part === undefined || part === false) return '';
  if (typeof part === 'string') return escapeHtml(part);
  if (typeof part === 'number') return String(part);
  if (isList(part)) return part.map(toMarkup).join('');
  return part.markup;
}

function isList(part: Html | readonly HtmlPart[]): part is readonly HtmlPart[] {
  return Array.isArray(part);
}
