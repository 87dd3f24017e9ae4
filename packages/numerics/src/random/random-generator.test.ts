import fc from 'fast-check';
import { hasErrorCode } from '@polyhead/types';
import { describe, expect, it } from 'vitest';
import { createRandomGenerator, randomPermutation } from './random-generator.ts';

function draw(seed: number, count = 20): number[] {
  const random = createRandomGenerator(seed);
  return Array.from({ length: count }, () => random.next());
}

/** What the seed 7 is mixed to, computed apart in Python. */
const stateOfSeed7 = [1981071795n, 3036549297n, 2757301374n, 1774244249n];

/** xoshiro128** in arbitrary-precision integers, straight from its definition. */
function referenceWords(start: readonly bigint[], count: number): number[] {
  const mask = 0xffffffffn;
  const rotate = (value: bigint, bits: bigint): bigint => ((value << bits) | (value >> (32n - bits))) & mask;
  let [a = 0n, b = 0n, c = 0n, d = 0n] = start;
  return Array.from({ length: count }, () => {
    const result = (rotate((b * 5n) & mask, 7n) * 9n) & mask;
    const shifted = (b << 9n) & mask;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotate(d, 11n);
    return Number(result);
  });
}

describe('createRandomGenerator', () => {
  it('is fixed for all time: the same seed gives these numbers', () => {
    expect(draw(42, 3)).toMatchInlineSnapshot(`
      [
        0.7250404839869459,
        0.5177650515972964,
        0.6864543821079393,
      ]
    `);
  });

  it('follows the definition of xoshiro128**', () => {
    const random = createRandomGenerator(7);
    const words = Array.from({ length: 8 }, () => random.integer(0x100000000));
    expect(words).toEqual(referenceWords(stateOfSeed7, 8));
  });

  it('differs for neighbouring, negative and large seeds', () => {
    const seeds = [0, 1, 2, -1, -2, 2 ** 32, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER];
    expect(new Set(seeds.map((seed) => draw(seed, 2).join())).size).toBe(seeds.length);
  });

  it('next: in [0, 1), mean 1/2, variance 1/12', () => {
    const values = draw(3, 20_000);
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    expect(mean).toBeCloseTo(0.5, 1.8);
    expect(variance).toBeCloseTo(1 / 12, 2);
  });

  it('normal: mean 0, variance 1, 4.6 % beyond 2', () => {
    const random = createRandomGenerator(4);
    const values = Array.from({ length: 20_000 }, () => random.normal());
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    const beyond = values.filter((value) => Math.abs(value) > 2).length / values.length;
    expect(Math.abs(mean)).toBeLessThan(0.03);
    expect(Math.abs(variance - 1)).toBeLessThan(0.05);
    expect(Math.abs(beyond - 0.0455)).toBeLessThan(0.006);
  });

  it('integer: every value of a small range equally often', () => {
    const random = createRandomGenerator(5);
    const counts = new Array<number>(7).fill(0);
    for (let index = 0; index < 14_000; index += 1) {
      const value = random.integer(7);
      counts[value] = (counts[value] ?? 0) + 1;
    }
    const chiSquare = counts.reduce((sum, count) => sum + (count - 2000) ** 2 / 2000, 0);
    expect(chiSquare).toBeLessThan(22.5); // 0.1 % of the distribution with 6 degrees of freedom lies beyond
  });

  it('fork: depends on the seed and the names only, and is independent of the parent', () => {
    const fresh = createRandomGenerator(6).fork('a');
    const used = createRandomGenerator(6);
    used.next();
    const late = used.fork('a');
    expect(late.next()).toBe(fresh.next());
    const first = (random: { next(): number }): number => random.next();
    const root = createRandomGenerator(6);
    const draws = [
      root.fork('a'),
      root.fork('b'),
      root.fork(''),
      root.fork('a').fork('b'),
      root.fork('ab'),
      createRandomGenerator(7).fork('a'),
      root,
    ].map(first);
    expect(new Set(draws).size).toBe(draws.length);
  });

  it('shuffle: a permutation, in place, the same for the same seed', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.integer(), (items, seed) => {
        const shuffled = createRandomGenerator(seed).shuffle([...items]);
        expect([...shuffled].sort()).toEqual([...items].sort());
        expect(createRandomGenerator(seed).shuffle([...items])).toEqual(shuffled);
      }),
    );
    const items = new Int32Array([1, 2, 3]);
    expect(createRandomGenerator(1).shuffle(items)).toBe(items);
  });

  it('shuffle: each of the 6 orders of 3 items equally often', () => {
    const random = createRandomGenerator(8);
    const counts = new Map<string, number>();
    for (let index = 0; index < 6000; index += 1) {
      const order = randomPermutation(3, random).join();
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
    expect(chiSquare).toBeLessThan(20.6);
  });

  it('refuses seeds and limits that are not usable integers', () => {
    const random = createRandomGenerator(1);
    for (const action of [
      () => createRandomGenerator(1.5),
      () => createRandomGenerator(Number.NaN),
      () => createRandomGenerator(2 ** 60),
      () => random.integer(0),
      () => random.integer(2.5),
      () => random.integer(2 ** 33),
    ]) {
      expect(action).toThrow(expect.toSatisfy((error) => hasErrorCode(error, 'INVALID_ARGUMENT')));
    }
  });
});
