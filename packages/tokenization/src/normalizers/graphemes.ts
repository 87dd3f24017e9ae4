const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

// Characters that can join a neighbour to one grapheme cluster: marks, joiners, carriage return, skin tones, flags,
// conjoining Hangul, Thai and Lao AM, and the characters that prepend themselves to the next.
const canJoin =
  /[\r\u0e33\u0eb3\p{M}\p{Grapheme_Extend}\u200c\u200d\p{Emoji_Modifier}\p{Regional_Indicator}\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u0d4e\u{113d1}\u{16d63}\u{16d67}-\u{16d6a}\u{110bd}\u{110cd}\u{111c2}\u{111c3}\u{1193f}\u{11941}\u{11a3a}\u{11a84}-\u{11a89}\u{11d46}\u{11f02}]/u;

const windowLength = 256;

/** The grapheme clusters of a text, without the cost of segmentation where each code point is one. */
export function* graphemes(text: string): Generator<string, void> {
  if (!canJoin.test(text)) {
    yield* text;
    return;
  }
  // A step of Intl.Segmenter takes time in proportion to the whole text, so it gets a window at a time.
  let size = windowLength;
  for (let start = 0; start < text.length;) {
    const window = text.slice(start, endOfCharacter(text, start + size));
    const segments = Array.from(segmenter.segment(window), ({ segment }) => segment);
    const reachesEnd = start + window.length === text.length;
    // What comes after the window may belong to its last cluster.
    const complete = reachesEnd ? segments : segments.slice(0, -1);
    size = complete.length === 0 ? size * 2 : windowLength;
    for (const segment of complete) {
      yield segment;
      start += segment.length;
    }
  }
}

/** `end`, or one more if it lies within a surrogate pair. */
function endOfCharacter(text: string, end: number): number {
  return end < text.length && (text.codePointAt(end - 1) ?? 0) > 0xffff ? end + 1 : end;
}
