const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

// Characters that can join a neighbour to one grapheme cluster: marks, joiners, carriage return, skin tones, flags,
// conjoining Hangul, Thai and Lao AM, and the characters that prepend themselves to the next.
const canJoin =
  /[\r\u0e33\u0eb3\p{M}\p{Grapheme_Extend}\u200c\u200d\p{Emoji_Modifier}\p{Regional_Indicator}\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u0d4e\u{113d1}\u{16d63}\u{16d67}-\u{16d6a}\u{110bd}\u{110cd}\u{111c2}\u{111c3}\u{1193f}\u{11941}\u{11a3a}\u{11a84}-\u{11a89}\u{11d46}\u{11f02}]/u;

/** The grapheme clusters of a text, without the cost of segmentation where each code point is one. */
export function* graphemes(text: string): Generator<string, void> {
  if (!canJoin.test(text)) {
    yield* text;
    return;
  }
  for (const { segment } of segmenter.segment(text)) yield segment;
}
