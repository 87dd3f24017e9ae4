import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { graphemes } from './graphemes.ts';

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
const segments = (text: string): string[] => Array.from(segmenter.segment(text), ({ segment }) => segment);

describe('graphemes', () => {
  it('takes the short way only where it gives the same', () => {
    for (let code = 0; code < 0x20000; code += 1) {
      if (code >= 0xd800 && code < 0xe000) continue;
      const character = String.fromCodePoint(code);
      for (const text of [`a${character}a`, character + character]) {
        // The short way is taken where each code point stands alone: only then can the two differ.
        if (segments(text).length < Array.from(text).length)
          expect(Array.from(graphemes(text))).toEqual(segments(text));
      }
    }
  });

  it('equals Intl.Segmenter', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(Array.from(graphemes(text))).toEqual(segments(text));
      }),
    );
  });
});
