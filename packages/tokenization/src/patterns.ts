import type { JsonFields } from './json-fields.ts';
import { tokenizersLibrary } from './library.ts';
import { tokenizerError } from './tokenizer-error.ts';

/**
 * The `pattern` field of a Split or Replace, as a global regular expression. The tokenizer library translates the
 * Oniguruma syntax of tokenizer.json.
 * @throws {PolyheadError} TOKENIZER_INVALID
 */
export function readPattern(fields: JsonFields): RegExp {
  const pattern = fields.fields('pattern');
  const literal = pattern.optionalString('String');
  if (literal !== undefined) return new RegExp(escapePattern(literal), 'gu');
  const source = pattern.string('Regex');
  try {
    const translated = new tokenizersLibrary.SplitPreTokenizer({ pattern: { Regex: source } }).pattern;
    if (translated !== null) return translated;
  } catch (cause) {
    throw tokenizerError(`${pattern.where} cannot be translated to a JavaScript regular expression: ${source}`, {
      where: pattern.where,
      cause,
    });
  }
  return fields.refuse('pattern', 'a String or a Regex');
}

/** The source of a regular expression that matches exactly this text. */
export function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
