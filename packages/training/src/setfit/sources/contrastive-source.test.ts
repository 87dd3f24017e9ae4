import { createRandomGenerator } from '@polyhead/numerics';
import { describe, expect, it } from 'vitest';
import { joinSources, type ContrastiveSource } from './contrastive-source.ts';

/** A source of batches of two rows; what a loss sees tells the source and its own row numbers. */
function source(name: string, count: number): ContrastiveSource<'groups'> {
  return {
    texts: Array.from({ length: count }, (_, row) => `${name} ${row}`),
    batchesOf: () => Array.from({ length: count / 2 }, (_, batch) => Int32Array.of(2 * batch, 2 * batch + 1)),
    toBatch: (rows) => ({ alike: Float32Array.of(count, ...rows) }),
  };
}

describe('joinSources', () => {
  const sources = [source('a', 4), source('b', 6)];
  const joined = joinSources(sources);
  const batches = joined.batchesOf(1, createRandomGenerator(3));

  it('has the texts and all batches of every source', () => {
    expect(joined.texts).toEqual(sources.flatMap(({ texts }) => texts));
    const rows = batches.flatMap((batch) => [...batch]);
    expect(rows.toSorted((first, second) => first - second)).toEqual([...joined.texts.keys()]);
  });

  it('mixes the order of sources and never the rows of a batch', () => {
    const names = batches.map((batch) => Array.from(batch, (row) => joined.texts[row]?.charAt(0)));
    for (const [first, second] of names) expect(first).toBe(second);
    expect(names.map(([first]) => first).join('')).not.toBe('aabbb');
    expect(joined.batchesOf(1, createRandomGenerator(3))).toEqual(batches);
  });

  it('hands a batch to its source in the numbers of that source', () => {
    expect(joined.toBatch(Int32Array.of(2, 3)).alike).toEqual(Float32Array.of(4, 2, 3));
    expect(joined.toBatch(Int32Array.of(4, 5)).alike).toEqual(Float32Array.of(6, 0, 1));
  });

  it('is the source itself where there is only one', () => {
    const [only] = sources;
    expect(only === undefined ? undefined : joinSources([only])).toBe(only);
  });
});
