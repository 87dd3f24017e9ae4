import { createRandomGenerator } from '@polyhead/numerics';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createPermutation } from './permutation.ts';

function orderOf(count: number, seed: number): number[] {
  return Array.from({ length: count }, (_, place) => place).map(createPermutation(count, createRandomGenerator(seed)));
}

it('has every number exactly once', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2000 }), fc.integer({ min: 0, max: 99 }), (count, seed) => {
      const at = createPermutation(count, createRandomGenerator(seed));
      const numbers = Array.from({ length: count }, (_, place) => at(place));
      expect(numbers.toSorted((first, second) => first - second)).toEqual([...numbers.keys()]);
    }),
    { numRuns: 30 },
  );
});

it('mixes: neighbours are far apart on average', () => {
  const count = 10_000;
  const at = createPermutation(count, createRandomGenerator(3));
  const steps = Array.from({ length: count - 1 }, (_, place) => Math.abs(at(place + 1) - at(place)));
  const mean = steps.reduce((sum, step) => sum + step, 0) / steps.length;
  // Two independent numbers differ by a third of the range on average.
  expect(mean / count).toBeGreaterThan(0.3);
  expect(mean / count).toBeLessThan(0.37);
});

it('has every number once, for all counts up to 2000', () => {
  for (let count = 1; count <= 2000; count += 1) {
    const seen = new Uint8Array(count);
    for (const value of orderOf(count, count)) seen[value] = (seen[value] ?? 0) + 1;
    if (!seen.every((times) => times === 1)) expect.fail(`Not every number is there once among ${count}.`);
  }
});

it('is the same for the same seed and another one for another seed', () => {
  for (const count of [20, 64, 65, 1000]) {
    expect(orderOf(count, 7)).toEqual(orderOf(count, 7));
    expect(orderOf(count, 7)).not.toEqual(orderOf(count, 8));
  }
});

it('puts each number at each place about equally often', () => {
  const count = 10;
  const seeds = 4000;
  const times = new Int32Array(count * count);
  for (let seed = 0; seed < seeds; seed += 1) {
    for (const [place, value] of orderOf(count, seed).entries()) {
      times[place * count + value] = (times[place * count + value] ?? 0) + 1;
    }
  }
  const expected = seeds / count;
  const chiSquare = times.reduce((sum, observed) => sum + (observed - expected) ** 2 / expected, 0);
  // 81 degrees of freedom: 99.99 % of truly random orders stay below 136.
  expect(chiSquare).toBeLessThan(136);
});

it('reaches all of a range that no array could hold, without repeating', () => {
  const count = 5_000_000_000;
  const permutation = createPermutation(count, createRandomGenerator(3));
  const values = Array.from({ length: 10_000 }, (_, place) => permutation(place));
  expect(new Set(values).size).toBe(values.length);
  expect(Math.min(...values)).toBeLessThan(count / 100);
  expect(Math.max(...values)).toBeGreaterThan((count / 100) * 99);
  expect(values.every((value) => Number.isInteger(value) && value >= 0 && value < count)).toBe(true);
});
