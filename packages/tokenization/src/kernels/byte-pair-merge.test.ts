import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MergeTable, mergePairs } from './byte-pair-merge.ts';

type Merge = readonly [left: number, right: number];

/** Merge of rank r makes symbol 100 + r. */
function tableOf(merges: readonly Merge[]): MergeTable {
  const table = new MergeTable(merges.length);
  for (const [rank, [left, right]] of merges.entries()) table.add(left, right, rank, 100 + rank);
  return table;
}

function merge(symbols: readonly number[], merges: readonly Merge[]): { ids: number[]; spans: number[] } {
  const ids = Int32Array.from(symbols);
  const spans = Int32Array.from(symbols.flatMap((_, at) => [at, at + 1]));
  const count = mergePairs(ids, spans, tableOf(merges));
  return { ids: Array.from(ids.subarray(0, count)), spans: Array.from(spans.subarray(0, 2 * count)) };
}

/** The definition: again and again, the leftmost pair of the lowest rank. */
function naive(symbols: readonly number[], merges: readonly Merge[]): number[] {
  const result = [...symbols];
  const rankAt = (at: number): number =>
    merges.findLastIndex(([left, right]) => result[at] === left && result[at + 1] === right);
  for (;;) {
    let best = -1;
    for (let at = 0; at + 1 < result.length; at += 1) {
      if (rankAt(at) >= 0 && (best < 0 || rankAt(at) < rankAt(best))) best = at;
    }
    if (best < 0) return result;
    result.splice(best, 2, 100 + rankAt(best));
  }
}

describe('mergePairs', () => {
  it('merges by rank, then from the left', () => {
    expect(merge([1, 1, 1], [[1, 1]])).toEqual({ ids: [100, 1], spans: [0, 2, 2, 3] });
    const merges: Merge[] = [
      [2, 3],
      [1, 2],
      [1, 100],
    ];
    expect(merge([1, 2, 3], merges)).toEqual({ ids: [102], spans: [0, 3] });
    expect(merge([], merges)).toEqual({ ids: [], spans: [] });
  });

  it('equals the definition', () => {
    const symbol = fc.oneof(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 100, max: 105 }));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(symbol, symbol), { maxLength: 12 }),
        fc.array(fc.integer({ min: 1, max: 3 })),
        (merges, word) => {
          const { ids, spans } = merge(word, merges);
          expect(ids).toEqual(naive(word, merges));
          expect(spans.filter((_, index) => index % 2 === 1).slice(0, -1)).toEqual(
            spans.filter((_, index) => index % 2 === 0).slice(1),
          );
          expect(spans.at(-1) ?? 0).toBe(word.length);
        },
      ),
    );
  });
});
