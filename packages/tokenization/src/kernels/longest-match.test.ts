import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchLongest } from './longest-match.ts';
import { PieceTrie } from './piece-trie.ts';

function match(word: string, pieces: readonly string[], prefix = '##'): ReturnType<typeof matchLongest> {
  const trie = new PieceTrie(8);
  for (const [id, piece] of pieces.entries()) trie.insert(piece, id);
  return matchLongest(word, trie, trie.walk(prefix));
}

describe('matchLongest', () => {
  it('takes the longest piece, then the longest continuation', () => {
    expect(match('unable', ['un', 'una', '##able', '##ble', 'able'])).toEqual({ ids: [1, 3], spans: [0, 3, 3, 6] });
    expect(match('😀a', ['😀', '##a'])).toEqual({ ids: [0, 1], spans: [0, 2, 2, 3] });
  });

  it('does not look back: a longer piece may leave a rest that nothing covers', () => {
    expect(match('abc', ['a', 'ab', '##bc'])).toBeUndefined();
    expect(match('ab', ['a', 'b'])).toBeUndefined();
    expect(match('ab', ['a', 'b'], '')).toEqual({ ids: [0, 1], spans: [0, 1, 1, 2] });
  });

  it('equals the definition', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 4 });
    const piece = fc.tuple(fc.boolean(), letters).map(([first, text]) => (first ? text : `##${text}`));
    fc.assert(
      fc.property(fc.uniqueArray(piece, { maxLength: 12 }), letters, letters, (pieces, left, right) => {
        const word = left + right;
        let rest = word;
        const expected: number[] = [];
        while (rest !== '') {
          const prefix = rest === word ? '' : '##';
          const lengths = Array.from({ length: rest.length }, (_, index) => rest.length - index);
          const length = lengths.find((one) => pieces.includes(prefix + rest.slice(0, one)));
          if (length === undefined) break;
          expected.push(pieces.indexOf(prefix + rest.slice(0, length)));
          rest = rest.slice(length);
        }
        expect(match(word, pieces)?.ids).toEqual(rest === '' ? expected : undefined);
      }),
    );
  });
});
