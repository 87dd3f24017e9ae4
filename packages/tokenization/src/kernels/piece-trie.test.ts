import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PieceTrie } from './piece-trie.ts';

describe('PieceTrie', () => {
  it('finds exactly what was inserted, however much it has to grow', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ unit: 'binary' }), { maxLength: 60 }), fc.string(), (pieces, other) => {
        const trie = new PieceTrie(1);
        for (const [id, piece] of pieces.entries()) trie.insert(piece, id);
        expect(pieces.map((piece) => trie.find(piece))).toEqual(pieces.map((_, id) => id));
        expect(trie.find(other)).toBe(pieces.indexOf(other));
      }),
    );
  });

  it('keeps the later id of a piece that comes twice', () => {
    const trie = new PieceTrie(4);
    trie.insert('ab', 1);
    trie.insert('ab', 2);
    expect(trie.find('ab')).toBe(2);
    expect(trie.find('a')).toBe(-1);
  });
});
