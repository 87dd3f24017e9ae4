import { createRandomGenerator } from '@polyhead/numerics';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createPermutation } from './permutation.ts';

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
