import { PolyheadError } from '@polyhead/types';

/**
 * Accepts only strings of well-formed UTF-16.
 * @throws {PolyheadError} INVALID_TEXT
 */
export function assertText(text: unknown, name = 'The text'): asserts text is string {
  if (typeof text !== 'string') {
    const kind = text === null ? 'null' : typeof text;
    throw new PolyheadError('INVALID_TEXT', {
      message: `${name} is not a string, but ${kind}.`,
      remedy: 'Pass a string (an empty one for a missing text).',
      details: { kind },
    });
  }
  const position = text.search(/\p{Surrogate}/u);
  if (position >= 0) {
    throw new PolyheadError('INVALID_TEXT', {
      message: `${name} is not well-formed Unicode: half a surrogate pair at position ${String(position)}.`,
      remedy: 'Read the source with the right encoding, or repair the text with String.prototype.toWellFormed.',
      details: { position },
    });
  }
}
