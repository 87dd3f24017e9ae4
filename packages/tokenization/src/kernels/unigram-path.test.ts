import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PieceTrie } from './piece-trie.ts';
import { findBestPath, type UnigramScores } from './unigram-path.ts';

function modelOf(pieces: readonly (readonly [string, number])[]): UnigramScores {
  const trie = new PieceTrie(1);
  for (const [id, [piece]] of pieces.entries()) trie.insert(piece, id);
  const scores = Float64Array.from(pieces, ([, score]) => score);
  return { trie, scores, unknownScore: Math.min(0, ...scores) - 10, unknownId: 99 };
}

/** The best score by trying every segmentation. */
function bruteForce(word: string, pieces: ReadonlyMap<string, number>, unknownScore: number): number {
  if (word === '') return 0;
  let best = Number.NEGATIVE_INFINITY;
  for (let length = 1; length <= word.length; length += 1) {
    const score = pieces.get(word.slice(0, length)) ?? (length === 1 ? unknownScore : undefined);
    if (score !== undefined) best = Math.max(best, score + bruteForce(word.slice(length), pieces, unknownScore));
  }
  return best;
}

describe('findBestPath', () => {
  it('prefers the more probable segmentation', () => {
    const model = modelOf([
      ['a', -1],
      ['b', -1],
      ['ab', -1.5],
      ['abc', -9],
      ['c', -1],
    ]);
    expect(findBestPath('abc', model)).toEqual({ ids: [2, 4], spans: [0, 2, 2, 3] });
  });

  it('takes the longer piece on a tie', () => {
    const model = modelOf([
      ['a', -1],
      ['aa', -2],
    ]);
    expect(findBestPath('aa', model).ids).toEqual([1]);
  });

  it('joins neighbouring unknown characters to one token', () => {
    const model = modelOf([['a', -1]]);
    expect(findBestPath('xy😀az', model)).toEqual({ ids: [99, 0, 99], spans: [0, 4, 4, 5, 5, 6] });
    expect(findBestPath('', model)).toEqual({ ids: [], spans: [] });
  });

  it('finds the best score of all segmentations, and covers the word', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 3 });
    const vocabulary = fc.uniqueArray(fc.tuple(letters, fc.integer({ min: -20, max: -1 })), {
      selector: ([piece]) => piece,
      maxLength: 10,
    });
    fc.assert(
      fc.property(
        vocabulary,
        fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'd'), maxLength: 8 }),
        (pieces, word) => {
          const model = modelOf(pieces);
          const { ids, spans } = findBestPath(word, model);
          const covered = ids.map((_, index) => word.slice(spans[2 * index], spans[2 * index + 1]));
          expect(covered.join('')).toBe(word);
          const scores = new Map(pieces);
          const total = covered.reduce(
            (sum, piece, index) =>
              sum + (ids[index] === 99 ? piece.length * model.unknownScore : (scores.get(piece) ?? 0)),
            0,
          );
          expect(total).toBe(word === '' ? 0 : bruteForce(word, scores, model.unknownScore));
        },
      ),
    );
  });
});
