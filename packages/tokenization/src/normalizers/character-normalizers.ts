import { rememberCharacters } from '../character-memo.ts';
import { mapCharacters, sliceText, type TrackedText } from '../tracked-text.ts';
import { isPrintableAscii } from '../unicode.ts';

// eslint-disable-next-line no-control-regex -- these are the control characters to drop
const nmtDropped = /^[\u0001-\u0008\u000b\u000e-\u001f\u007f\u008f\u009f]$/;
const nmtSpace = /^[\t\n\f\r\u1680\u200b-\u200f\u2028\u2029\u2581\ufeff\ufffd]$/;

/** Lower case, each character alone (so no final sigma). */
export function createLowercase(): (source: TrackedText) => TrackedText {
  const lower = rememberCharacters((character) => character.toLowerCase());
  return (source) =>
    isPrintableAscii(source.text) ? { ...source, text: source.text.toLowerCase() } : mapCharacters(source, lower);
}

/** Drops combining marks. */
export function stripAccents(source: TrackedText): TrackedText {
  return /\p{M}/u.test(source.text) ? mapCharacters(source, (one) => (/^\p{M}$/u.test(one) ? '' : one)) : source;
}

/** The clean-up of Marian and T5: some controls out, some code points to spaces. */
export function normalizeNmt(source: TrackedText): TrackedText {
  if (isPrintableAscii(source.text)) return source;
  return mapCharacters(source, (one) => {
    if (nmtDropped.test(one)) return '';
    return nmtSpace.test(one) ? ' ' : one;
  });
}

/** Cuts white space off the sides. */
export function createStrip(sides: { left: boolean; right: boolean }): (source: TrackedText) => TrackedText {
  return (source) => {
    const { text } = source;
    let start = 0;
    let end = text.length;
    while (sides.left && start < end && isSpace(text, start)) start += 1;
    while (sides.right && end > start && isSpace(text, end - 1)) end -= 1;
    return start === 0 ? sliceText(source, 0, end) : { ...sliceText(source, start, end), atStart: source.atStart };
  };
}

function isSpace(text: string, at: number): boolean {
  return /^\p{White_Space}$/u.test(text.charAt(at));
}
