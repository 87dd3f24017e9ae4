import { createRandomGenerator } from '@polyhead/numerics';
import type { Targets } from '@polyhead/types';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { balancedBatches } from './balanced-batches.ts';
import { allPairs, createLikeness, toGroupBatch } from './batch-pairs.ts';
import { drawTriplets } from './draw-triplets.ts';
import {
  equalClasses,
  labelledTargets,
  multiLabelTargets,
  seeds,
  shareLabel,
  toMultiLabel,
} from './targets.test-support.ts';
import { countRows } from '../select-rows.ts';

function ofSizes(sizes: readonly number[]): Targets & { readonly classIndices: Int32Array } {
  const classIndices = Int32Array.from(sizes.flatMap((size, label) => Array.from({ length: size }, () => label)));
  return { task: 'single-label', labels: sizes.map(String), classIndices };
}

const anySizes = fc.array(fc.integer({ min: 2, max: 60 }), { minLength: 2, maxLength: 30 });

it('has every row in a pass, several classes in every batch, and partners for every row', () => {
  fc.assert(
    fc.property(
      anySizes,
      fc.integer({ min: 4, max: 64 }),
      fc.integer({ min: 0, max: 99 }),
      (sizes, batchSize, seed) => {
        const targets = ofSizes(sizes);
        const batches = balancedBatches(targets, { batchSize, random: createRandomGenerator(seed) });
        const seen = new Set(batches.flatMap((rows) => [...rows]));
        expect(seen.size).toBe(targets.classIndices.length);
        for (const rows of batches) {
          expect(new Set(rows).size).toBe(rows.length);
          const labels = Array.from(rows, (row) => targets.classIndices[row]);
          expect(new Set(labels).size).toBeGreaterThan(1);
          expect(rows.length).toBeLessThanOrEqual(2 * batchSize + Math.max(...sizes));
        }
      },
    ),
  );
});

it('keeps two texts of each of 77 classes together in batches of the size asked for', () => {
  const targets = ofSizes(Array.from({ length: 77 }, () => 8));
  const batches = balancedBatches(targets, { batchSize: 32, random: createRandomGenerator(1) });
  expect(batches).toHaveLength(19);
  for (const rows of batches) {
    expect(Math.abs(rows.length - 32)).toBeLessThanOrEqual(4);
    const labels = Array.from(rows, (row) => targets.classIndices[row]);
    for (const label of labels) expect(labels.filter((other) => other === label).length).toBeGreaterThan(1);
  }
});

it('gives the alike and the unlike pairs of a batch half of the weight each', () => {
  const targets = ofSizes([3, 5]);
  const {
    first,
    second,
    targets: alike,
    weights,
  } = allPairs(Int32Array.of(0, 1, 2, 3, 4, 5, 6, 7), createLikeness(targets));
  expect(first).toHaveLength(28);
  const sum = (wanted: number): number =>
    Array.from(weights ?? []).reduce((total, weight, pair) => total + (alike[pair] === wanted ? weight : 0), 0);
  expect(sum(1)).toBeCloseTo(0.5, 6);
  expect(sum(0)).toBeCloseTo(0.5, 6);
  first.forEach((left, pair) => {
    const same = targets.classIndices[left] === targets.classIndices[second[pair] ?? -1];
    expect(alike[pair]).toBe(same ? 1 : 0);
  });
});

it('finds texts alike that share one of several labels, and numbers by their distance', () => {
  const tags: Targets = { task: 'multi-label', labels: ['a', 'b'], indicators: Uint8Array.of(1, 0, 1, 1, 0, 1, 0, 0) };
  expect(toGroupBatch(Int32Array.of(0, 1, 2, 3), createLikeness(tags)).alike).toEqual(
    Float32Array.of(0, 1, 0, 0, 1, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0),
  );
  const likeness = createLikeness({ task: 'regression', labels: ['x'], values: Float64Array.of(1, 3, 5) });
  expect([likeness(0, 1), likeness(0, 2), likeness(1, 1)]).toEqual([0.5, 0, 1]);
});

it('draws a triplet for every row that has a partner and an opposite', () => {
  const targets = ofSizes([4, 3, 1]);
  const triplets = drawTriplets(targets, createRandomGenerator(1));
  expect(triplets.map(({ anchor }) => anchor).toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  for (const { anchor, positive, negative } of triplets) {
    expect(positive).not.toBe(anchor);
    expect(targets.classIndices[positive]).toBe(targets.classIndices[anchor]);
    expect(targets.classIndices[negative]).not.toBe(targets.classIndices[anchor]);
  }
});

it.each([1, 0, 2.5])('refuses a batch size of %s', (batchSize) => {
  expect(() => balancedBatches(ofSizes([2, 2]), { batchSize, random: createRandomGenerator(1) })).toThrow(
    expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
  );
});

/** How many rows of each class are in a batch. */
function countClasses(rows: Int32Array, classIndices: Int32Array): Map<number, number> {
  const counts = new Map<number, number>();
  for (const row of rows) counts.set(classIndices[row] ?? -1, (counts.get(classIndices[row] ?? -1) ?? 0) + 1);
  return counts;
}

it('has every class of a batch there twice or more, if it has two rows, however unequal the classes are', () => {
  const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 200 })), {
    minLength: 1,
    maxLength: 12,
  });
  fc.assert(
    fc.property(sizes, fc.integer({ min: 2, max: 40 }), seeds, (classSizes, batchSize, seed) => {
      const targets = ofSizes(classSizes);
      const batches = balancedBatches(targets, { batchSize, random: createRandomGenerator(seed) });
      for (const rows of batches) {
        expect(new Set(rows).size).toBe(rows.length);
        const counts = countClasses(rows, targets.classIndices);
        expect(counts.size).toBeGreaterThan(classSizes.length > 1 ? 1 : 0);
        for (const [label, count] of counts) expect(count).toBeGreaterThanOrEqual(Math.min(2, classSizes[label] ?? 0));
      }
      expect(new Set(batches.flatMap((rows) => [...rows])).size).toBe(targets.classIndices.length);
      expect(balancedBatches(targets, { batchSize, random: createRandomGenerator(seed) })).toEqual(batches);
    }),
  );
});

it.each([
  ['a very large class', [5000, 10, 2, 1], 32],
  ['many small classes', Array.from({ length: 500 }, () => 3), 16],
  ['many classes of one row', Array.from({ length: 300 }, () => 1), 16],
  ['classes of all sizes', Array.from({ length: 40 }, (_, place) => 2 + place ** 2), 64],
] as const)('keeps to the size that was asked for with %s', (_name, sizes, batchSize) => {
  const batches = balancedBatches(ofSizes(sizes), { batchSize, random: createRandomGenerator(4) });
  for (const rows of batches) {
    expect(rows.length).toBeGreaterThanOrEqual(batchSize / 2);
    expect(rows.length).toBeLessThanOrEqual(1.5 * batchSize);
  }
});

it('puts all rows into one batch if it holds more than there are, and makes none of no rows', () => {
  const [only, ...others] = balancedBatches(ofSizes([3, 4]), { batchSize: 64, random: createRandomGenerator(1) });
  expect([[...(only ?? [])].toSorted((a, b) => a - b), others]).toEqual([[0, 1, 2, 3, 4, 5, 6], []]);
  expect(balancedBatches(ofSizes([0, 0]), { batchSize: 4, random: createRandomGenerator(1) })).toEqual([]);
});

it('makes batches of a hundred thousand rows, nearly all of one class', () => {
  const batches = balancedBatches(ofSizes([99_990, 10]), { batchSize: 16, random: createRandomGenerator(1) });
  expect(batches).toHaveLength(6250);
});

it('has every row of multi-label data in a pass, and rows of the rarest label together', () => {
  fc.assert(
    fc.property(multiLabelTargets, fc.integer({ min: 2, max: 12 }), seeds, (targets, batchSize, seed) => {
      const batches = balancedBatches(targets, { batchSize, random: createRandomGenerator(seed) });
      for (const rows of batches) expect(new Set(rows).size).toBe(rows.length);
      expect(new Set(batches.flatMap((rows) => [...rows])).size).toBe(countRows(targets));
    }),
  );
  const common = Array.from({ length: 40 }, () => [1, 0, 0]);
  const targets = toMultiLabel([...common, [1, 1, 0], [1, 1, 0]]);
  const batches = balancedBatches(targets, { batchSize: 6, random: createRandomGenerator(2) });
  for (const rows of batches) expect(rows.includes(40)).toBe(rows.includes(41));
});

it('deals rows with numbers out, each once, in batches of about the size', () => {
  const values = Float64Array.from({ length: 103 }, (_, row) => row);
  const batches = balancedBatches(
    { task: 'regression', labels: ['x'], values },
    { batchSize: 8, random: createRandomGenerator(1) },
  );
  expect(batches.flatMap((rows) => [...rows]).toSorted((a, b) => a - b)).toEqual([...values]);
  for (const rows of batches) expect(Math.abs(rows.length - 8)).toBeLessThanOrEqual(1);
});

it('repeats no row where classes are equally large, however small the batch', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 20 }),
      fc.integer({ min: 2, max: 20 }),
      fc.tuple(fc.integer({ min: 2, max: 20 }), seeds),
      (classes, rowsOfEach, [batchSize, seed]) => {
        const targets = equalClasses(classes, rowsOfEach);
        const batches = balancedBatches(targets, { batchSize, random: createRandomGenerator(seed) });
        expect(batches.reduce((sum, rows) => sum + rows.length, 0)).toBe(classes * rowsOfEach);
        for (const rows of batches) {
          expect(countClasses(rows, targets.classIndices).size).toBeGreaterThan(1);
          expect(rows.length).toBeLessThanOrEqual(Math.max(2 * batchSize + 2, 9));
        }
      },
    ),
  );
});

it('has unlike rows in every batch, if any of its rows has such, and labelled ones, if there are any', () => {
  fc.assert(
    fc.property(labelledTargets, fc.integer({ min: 2, max: 8 }), seeds, (targets, batchSize, seed) => {
      const all = Array.from({ length: countRows(targets) }, (_, row) => row);
      const isLabelled = (row: number): boolean => shareLabel(targets, row, row);
      const batches = balancedBatches(targets, { batchSize, random: createRandomGenerator(seed) });
      for (const rows of batches) {
        const unlike = (row: number, others: Iterable<number>): boolean =>
          [...others].some((other) => other !== row && !shareLabel(targets, row, other));
        expect([...rows].some((row) => unlike(row, rows))).toBe([...rows].some((row) => unlike(row, all)));
        expect([...rows].some(isLabelled)).toBe(all.some(isLabelled));
      }
    }),
  );
});

it('gives a batch whose rows all share a label rows that do not', () => {
  const common = Array.from({ length: 12 }, () => [1, 0, 0]);
  const targets = toMultiLabel([...common, [1, 1, 0], [1, 1, 0], [0, 0, 1], [0, 0, 1]]);
  const batches = balancedBatches(targets, { batchSize: 4, random: createRandomGenerator(3) });
  expect(batches).toHaveLength(4);
  for (const rows of batches) expect([...rows].some((row) => row >= 14)).toBe(true);
});
