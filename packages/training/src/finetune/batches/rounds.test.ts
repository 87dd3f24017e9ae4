import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createRounds } from './rounds.ts';

it('gives all batches of all epochs in order, and no round reaches over the end of an epoch', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 5 });
  const every = fc.oneof(fc.integer({ min: 1, max: 15 }), fc.constant(Infinity));
  fc.assert(
    fc.property(sizes, every, (counts, size) => {
      const batchesOf = (epoch: number): string[] =>
        Array.from({ length: counts[(epoch - 1) % counts.length] ?? 0 }, (_, batch) => `${epoch}.${batch}`);
      const rounds = createRounds(batchesOf, size);
      const expected = counts.flatMap((_, index) => batchesOf(index + 1));
      const found: string[] = [];
      for (let round = 1; found.length < expected.length; round += 1) {
        const batches = rounds.of(round);
        expect(batches.length).toBeGreaterThan(0);
        expect(batches.length).toBeLessThanOrEqual(size);
        expect(new Set(batches.map((batch) => batch.split('.')[0])).size).toBe(1);
        found.push(...batches);
      }
      expect(found).toEqual(expected);
      expect(createRounds(batchesOf, size).of(2)).toEqual(rounds.of(2));
    }),
    { numRuns: 100 },
  );
});
