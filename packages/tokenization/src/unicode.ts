/** Members of a regular expression class (flag `u`) for Unicode white space; `\s` differs at U+0085 and U+FEFF. */
export const whiteSpaceClass = '\\p{White_Space}';

/** Members of a regular expression class for what BERT calls punctuation: Unicode's, and every ASCII symbol. */
export const punctuationClass = '\\p{P}!-\\/:-@\\[-`\\{-~';

/** Members of a regular expression class for `\w` of the Rust regex library. */
export const wordClass = '\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\p{Join_Control}';

/** True if the text consists of printable ASCII only. */
export function isPrintableAscii(text: string): boolean {
  return /^[ -~]*$/.test(text);
}
