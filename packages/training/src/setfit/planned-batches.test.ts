import { createRandomGenerator } from '@polyhead/numerics';
import { assert, integer, property } from 'fast-check';
import { expect, it } from 'vitest';
import { plannedBatches } from './planned-batches.ts';

/** Passes of three batches that say which pass and place they are from. */
const source = {
  batchesOf: (pass: number) => [0, 1, 2].map((place) => Int32Array.of(pass, place)),
};

function plan(totalSteps: number, parts: number): string[][] {
  const random = createRandomGenerator(1);
  return Array.from({ length: parts }, (_, index) =>
    plannedBatches(index + 1, { source, totalSteps, parts, random }).map((rows) => rows.join('.')),
  );
}

it('cuts the steps of all passes into equal parts', () => {
  expect(plan(7, 1)).toEqual([['1.0', '1.1', '1.2', '2.0', '2.1', '2.2', '3.0']]);
  expect(plan(4, 2)).toEqual([
    ['1.0', '1.1'],
    ['1.2', '2.0'],
  ]);
});

it('gives every step exactly once, in order, whatever the parts', () => {
  assert(
    property(integer({ min: 1, max: 40 }), integer({ min: 1, max: 10 }), (totalSteps, parts) => {
      const whole = plan(totalSteps, 1).flat();
      expect(plan(totalSteps, Math.min(parts, totalSteps)).flat()).toEqual(whole);
      expect(whole).toHaveLength(totalSteps);
    }),
  );
});

it('ends where a source has no batches', () => {
  const empty = { batchesOf: () => [] };
  expect(plannedBatches(1, { source: empty, totalSteps: 5, parts: 1, random: createRandomGenerator(1) })).toEqual([]);
});
