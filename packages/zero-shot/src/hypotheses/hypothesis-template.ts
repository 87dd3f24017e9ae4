import { PolyheadError } from '@polyhead/types';

/** Makes a sentence of a label. */
export type HypothesisTemplate = (label: string) => string;

const piecePattern = /\{\{|\}\}|\{[^{}]*\}|[{}]|[^{}]+/g;

/**
 * Reads a template by the rules of Python's `str.format` with one argument: `{}` or `{0}` is the label, `{{` and `}}` are
 * braces. A template that gives the same sentence for every label is refused.
 * @throws {PolyheadError} INVALID_ARGUMENT
 */
export function parseHypothesisTemplate(template: string): HypothesisTemplate {
  const pieces: readonly string[] = template.match(piecePattern) ?? [];
  const fields = pieces.filter((piece) => /^\{[^{}]*\}$/.test(piece));
  const foreign =
    pieces.find((piece) => piece === '{' || piece === '}') ?? fields.find((field) => !/^\{0?\}$/.test(field));
  if (foreign !== undefined) throw invalidTemplate(template, `has "${foreign}" in it`);
  const unnumbered = fields.filter((field) => field === '{}').length;
  if (fields.length === 0) throw invalidTemplate(template, 'has no {}');
  if (unnumbered > 1) throw invalidTemplate(template, 'has more than one {}');
  if (unnumbered === 1 && fields.length > 1) throw invalidTemplate(template, 'mixes {} and {0}');
  return (label) => pieces.map((piece) => fill(piece, label)).join('');
}

function fill(piece: string, label: string): string {
  if (piece === '{{') return '{';
  if (piece === '}}') return '}';
  return piece.startsWith('{') ? label : piece;
}

function invalidTemplate(template: string, what: string): PolyheadError {
  return new PolyheadError('INVALID_ARGUMENT', {
    message: `The template ${JSON.stringify(template)} ${what}.`,
    remedy: 'Write {} once where the label goes ({0} to repeat it), and {{ and }} for braces: "This text is about {}."',
    details: { template },
  });
}
