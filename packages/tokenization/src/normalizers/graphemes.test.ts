import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { graphemes } from './graphemes.ts';

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
const segments = (text: string): string[] => Array.from(segmenter.segment(text), ({ segment }) => segment);

describe('graphemes', () => {
  it('takes the short way only where it gives the same', () => {
    for (let block = 0; block < 0x20000; block += 16) {
      if (block >= 0xd800 && block < 0xe000) continue;
      const characters = Array.from({ length: 16 }, (_, index) => String.fromCodePoint(block + index));
      const texts = characters.flatMap((one) => [`a${one}a`, one + one, `\uac00${one}\uac00`]);
      // Line ends never join: where the count is that of the code points, each stands alone, as in the short way.
      const joined = texts.join('\n');
      if (segments(joined).length === Array.from(joined).length) continue;
      for (const text of texts) expect(Array.from(graphemes(text)), JSON.stringify(text)).toEqual(segments(text));
    }
  });

  it('equals Intl.Segmenter, also where a window ends', () => {
    const unit = fc.oneof(
      fc.constantFrom('a', '\u0301', '\u{1d165}', '\u{1f468}', '\u200d', '\u{1f1e6}', 'क', '\u094d', '\r\n'),
      fc.string({ unit: 'binary', maxLength: 1 }),
    );
    fc.assert(
      fc.property(fc.array(unit, { minLength: 1, maxLength: 40 }), fc.nat(300), (units, count) => {
        const text = units.join('') + units.join('').repeat(count / units.length);
        expect(Array.from(graphemes(text))).toEqual(segments(text));
      }),
    );
  });
});
