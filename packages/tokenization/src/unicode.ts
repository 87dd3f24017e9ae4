import { newerControls, newerMarks, newerPunctuation } from './unicode-tables.ts';

// The classes are for regular expressions with the flag `v`, in which classes nest.

/** Unicode white space; `\s` differs at U+0085 and U+FEFF. */
export const whiteSpace: string = String.raw`\p{White_Space}`;

/** What BERT calls punctuation: Unicode's, and every ASCII symbol. */
export const punctuation: string = String.raw`[[\p{P}\u166d\u{111c9}!-\/:-@\[-\`\{-~]--[${newerPunctuation}]]`;

/** Nonspacing marks, which stripping accents drops. */
export const nonspacingMark: string = String.raw`[[\p{Mn}\u1734\u{1171e}]--[${newerMarks}]]`;

/** Control, format and private use characters, which cleaning drops; tab and line ends are white space. */
export const control: string = String.raw`[[\p{Cc}\p{Cf}\p{Co}]--[\t\n\r${newerControls}]]`;

/** `\w` of the Rust regex library. */
export const wordCharacter: string = String.raw`[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]`;

/** True if the text consists of printable ASCII only. */
export function isPrintableAscii(text: string): boolean {
  return /^[ -~]*$/.test(text);
}
