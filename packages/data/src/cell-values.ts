import type { JsonValue } from '@polyhead/types';

/** What a cell holds: a value, nothing at all, or something that it must not hold. */
export type Reading<Value> =
  | { readonly kind: 'value'; readonly value: Value }
  | { readonly kind: 'missing' }
  /** `reason` completes the sentence `column "label" ...`. */
  | { readonly kind: 'invalid'; readonly reason: string };

const missing = { kind: 'missing' } as const;

function found<Value>(value: Value): Reading<Value> {
  return { kind: 'value', value };
}

function invalid(reason: string): Reading<never> {
  return { kind: 'invalid', reason };
}

/** A text to classify: a string that is not blank, not too long and well-formed Unicode; not trimmed. */
export function readText(cell: JsonValue | undefined, maximumLength: number): Reading<string> {
  if (cell === undefined || cell === null) return missing;
  if (typeof cell !== 'string') return invalid(`holds ${describe(cell)}, not a text`);
  if (cell.trim() === '') return missing;
  if (cell.length > maximumLength) return invalid(`has ${cell.length} characters, more than ${maximumLength}`);
  if (/\p{Surrogate}/u.test(cell)) return invalid('holds half of a character (a lone surrogate)');
  return found(cell);
}

/** A label: a string (white space around it is dropped), a finite number up to 2^53 or a boolean. */
export function readLabel(cell: JsonValue | undefined): Reading<string> {
  if (cell === undefined || cell === null) return missing;
  if (typeof cell === 'object') return invalid(`holds ${describe(cell)}, not one label`);
  // Two large numbers may have become one.
  if (typeof cell === 'number' && (!Number.isFinite(cell) || Math.abs(cell) > Number.MAX_SAFE_INTEGER)) {
    return invalid(`holds the number ${cell}, which is no label`);
  }
  const label = String(cell).trim();
  return label === '' ? missing : found(label);
}

/** Separators of labels in one cell, unless one is chosen. */
const defaultDelimiters = /[,;|]/;

/**
 * Any number of labels: a list, a string with a JSON list, or a string of labels with a delimiter between them. An
 * empty string and an empty list mean that no label applies.
 * @param delimiter @default any of `,` `;` `|`
 */
export function readLabelList(cell: JsonValue | undefined, delimiter: string | undefined): Reading<readonly string[]> {
  if (cell === undefined || cell === null) return missing;
  if (typeof cell === 'string') return readLabelText(cell.trim(), delimiter);
  if (isList(cell)) return readItems(cell);
  return typeof cell === 'object' ? invalid(`holds ${describe(cell)}, not a list of labels`) : readItems([cell]);
}

function readLabelText(text: string, delimiter: string | undefined): Reading<readonly string[]> {
  if (text.startsWith('[')) {
    const parsed = parseJson(text);
    if (isList(parsed)) return readItems(parsed);
    return invalid('starts with "[" but is not a JSON list (which needs double quotes)');
  }
  const parts = text.split(delimiter ?? defaultDelimiters).map((part) => part.trim());
  return found(parts.filter((part) => part !== ''));
}

function readItems(items: readonly JsonValue[]): Reading<readonly string[]> {
  const labels: string[] = [];
  for (const item of items) {
    const reading = readLabel(item);
    if (reading.kind !== 'value') return invalid(`has ${describe(item)} in its list of labels`);
    labels.push(reading.value);
  }
  return found(labels);
}

function parseJson(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

const trueWords = new Set(['1', '1.0', 'true']);
const falseWords = new Set(['0', '0.0', 'false']);

/** Whether a label applies: 1, 0, true or false, as a value or in text. */
export function readIndicator(cell: JsonValue | undefined): Reading<boolean> {
  if (cell === undefined || cell === null || cell === '') return missing;
  const word = typeof cell === 'object' ? '' : String(cell).trim().toLowerCase();
  if (trueWords.has(word)) return found(true);
  if (falseWords.has(word)) return found(false);
  return invalid(`holds ${describe(cell)}, not 0 or 1`);
}

/** A finite number, as a value or in text with a decimal point. */
export function readNumber(cell: JsonValue | undefined): Reading<number> {
  if (cell === undefined || cell === null) return missing;
  if (typeof cell === 'string' && cell.trim() === '') return missing;
  const isNumeric = typeof cell === 'number' || (typeof cell === 'string' && /^[\s\d.eE+-]+$/.test(cell));
  const number = isNumeric ? Number(cell) : Number.NaN;
  return Number.isFinite(number) ? found(number) : invalid(`holds ${describe(cell)}, not a finite number`);
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function describe(value: JsonValue): string {
  if (value === null) return 'null';
  if (isList(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  const text = String(value);
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : value);
}
