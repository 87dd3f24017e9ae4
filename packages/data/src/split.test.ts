import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRandomGenerator } from '@polyhead/numerics';
import type { MultiLabelTargets, SingleLabelTargets, Targets } from '@polyhead/types';
import { countLabels } from './label-set.ts';
import { countRows, selectTargets } from './select-rows.ts';
import { stratifiedSplit, type Split } from './split.ts';
import { expectError } from './temporary-file.test-support.ts';

const labels = ['a', 'b', 'c', 'd'];
const seed = fc.integer({ min: 0, max: 2 ** 31 });
const fractions = fc.constantFrom(0.1, 0.2, 0.25, 0.5, 0.9);

const singleLabel = fc
  .array(fc.integer({ min: 0, max: 3 }), { minLength: 12, maxLength: 120 })
  .map((rows): SingleLabelTargets => ({ task: 'single-label', labels, classIndices: Int32Array.from(rows) }));

const multiLabel = fc
  .array(fc.tuple(fc.boolean(), fc.boolean(), fc.boolean(), fc.boolean()), { minLength: 12, maxLength: 120 })
  .map((rows): MultiLabelTargets => ({
    task: 'multi-label',
    labels,
    indicators: Uint8Array.from(rows.flat(), Number),
  }));

function expectPartition({ train, validation }: Split, rows: number): void {
  expect([...train, ...validation].sort((first, second) => first - second)).toEqual([...Array(rows).keys()]);
  expect([...train]).toEqual([...train].sort((first, second) => first - second));
  expect([...validation]).toEqual([...validation].sort((first, second) => first - second));
}

/** A split for any data; undefined if a part would be empty. */
function trySplit(targets: Targets, fraction: number, seedOfSplit: number): Split | undefined {
  try {
    return stratifiedSplit(targets, { fraction, random: createRandomGenerator(seedOfSplit) });
  } catch {
    return undefined;
  }
}

describe('stratifiedSplit: single label', () => {
  test('is a partition, keeps proportions to less than one row a class, keeps single rows in train', () => {
    fc.assert(
      fc.property(singleLabel, fractions, seed, (targets, fraction, seedOfSplit) => {
        const split = trySplit(targets, fraction, seedOfSplit);
        fc.pre(split !== undefined);
        expectPartition(split, targets.classIndices.length);
        const all = countLabels(targets);
        const chosen = countLabels(selectTargets(targets, split.validation));
        for (const [place, count] of all.entries()) {
          const share = chosen[place] ?? 0;
          expect(Math.abs(share - count * fraction)).toBeLessThan(1);
          if (count > 0) expect(share).toBeLessThan(count);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('takes 20 % by default, and the same rows for the same seed', () => {
    const targets = {
      task: 'single-label',
      labels,
      classIndices: Int32Array.from({ length: 1003 }, (_, row) => row % 4),
    } as const;
    const split = stratifiedSplit(targets, { random: createRandomGenerator(7) });
    expect(split.validation).toHaveLength(201);
    expect(stratifiedSplit(targets, { random: createRandomGenerator(7) })).toEqual(split);
    expect(stratifiedSplit(targets, { random: createRandomGenerator(8) })).not.toEqual(split);
  });
});

describe('stratifiedSplit: multi-label', () => {
  test('is a partition, is the same for the same seed, keeps labels with one row in train', () => {
    fc.assert(
      fc.property(multiLabel, fractions, seed, (targets, fraction, seedOfSplit) => {
        const split = trySplit(targets, fraction, seedOfSplit);
        fc.pre(split !== undefined);
        expectPartition(split, countRows(targets));
        expect(trySplit(targets, fraction, seedOfSplit)).toEqual(split);
        const chosen = countLabels(selectTargets(targets, split.validation));
        for (const [place, count] of countLabels(targets).entries()) if (count === 1) expect(chosen[place]).toBe(0);
      }),
      { numRuns: 200 },
    );
  });

  test('keeps the share of every label and of the rows on skewed data, better than chance does', () => {
    const random = createRandomGenerator(3);
    const rates = [0.3, 0.1, 0.03, 0.01, 0.005];
    const rows = 4000;
    const indicators = Uint8Array.from({ length: rows * rates.length }, (_, cell) =>
      random.next() < (rates[cell % rates.length] ?? 0) ? 1 : 0,
    );
    const targets: MultiLabelTargets = { task: 'multi-label', labels: rates.map(String), indicators };
    const split = stratifiedSplit(targets, { fraction: 0.2, random });
    expect(Math.abs(split.validation.length - 800)).toBeLessThanOrEqual(2);
    const all = countLabels(targets);
    const chosen = countLabels(selectTargets(targets, split.validation));
    for (const [place, count] of all.entries()) expect(Math.abs((chosen[place] ?? 0) - count * 0.2)).toBeLessThan(2);
  });
});

describe('stratifiedSplit: otherwise', () => {
  test('splits regression at random', () => {
    const targets: Targets = { task: 'regression', labels: ['x'], values: new Float64Array(10) };
    const split = stratifiedSplit(targets, { fraction: 0.3, random: createRandomGenerator(1) });
    expectPartition(split, 10);
    expect(split.validation).toHaveLength(3);
  });

  test('refuses what cannot be split', async () => {
    const targets: Targets = { task: 'single-label', labels, classIndices: Int32Array.of(0, 1, 2) };
    const random = createRandomGenerator(1);
    for (const fraction of [0, 1, -1, Number.NaN]) {
      await expectError('INVALID_ARGUMENT', () => stratifiedSplit(targets, { fraction, random }));
    }
    await expectError('TOO_FEW_EXAMPLES', () => stratifiedSplit(targets, { random }));
  });
});
