import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRandomGenerator } from '@polyhead/numerics';
import type { MultiLabelTargets, RandomGenerator, SingleLabelTargets, Targets } from '@polyhead/types';
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

const tasks = ['single-label', 'multi-label', 'regression'] as const;

function makeTargets(task: (typeof tasks)[number], rows: number, random: RandomGenerator): Targets {
  switch (task) {
    case 'single-label':
      return { task, labels, classIndices: Int32Array.from({ length: rows }, () => random.integer(4)) };
    case 'multi-label':
      return { task, labels, indicators: Uint8Array.from({ length: rows * 4 }, () => random.integer(2)) };
    case 'regression':
      return { task, labels: ['x'], values: Float64Array.from({ length: rows }, () => random.next()) };
  }
}

/** How often each of the numbers occurs. */
function countEqual(numbers: readonly number[]): number[] {
  const counts = new Map<number, number>();
  for (const number of numbers) counts.set(number, (counts.get(number) ?? 0) + 1);
  return [...counts.values()];
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

describe('stratifiedSplit: equal texts', () => {
  /** Texts of which some are equal but for case and spaces, by the number of each. */
  const repeated = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 12, maxLength: 120 });
  const toTexts = (numbers: readonly number[]): string[] =>
    numbers.map((number, row) => (row % 3 === 0 ? `TEXT  ${number} ` : `text ${number}`));
  const expectWhole = (split: Split, numbers: readonly number[]): void => {
    const train = new Set(Array.from(split.train, (row) => numbers[row]));
    expect(Array.from(split.validation, (row) => numbers[row]).filter((number) => train.has(number))).toEqual([]);
  };
  const trySplitTexts = (targets: Targets, texts: readonly string[], options: [number, number]): Split | undefined => {
    const [fraction, seedOfSplit] = options;
    try {
      return stratifiedSplit(targets, { fraction, texts, random: createRandomGenerator(seedOfSplit) });
    } catch {
      return undefined;
    }
  };

  test('are in one part, whatever their targets are', () => {
    fc.assert(
      fc.property(repeated, fc.constantFrom(...tasks), fractions, seed, (numbers, task, fraction, seedOfSplit) => {
        const targets = makeTargets(task, numbers.length, createRandomGenerator(seedOfSplit).fork('targets'));
        const split = trySplitTexts(targets, toTexts(numbers), [fraction, seedOfSplit]);
        fc.pre(split !== undefined);
        expectPartition(split, numbers.length);
        expectWhole(split, numbers);
      }),
      { numRuns: 500 },
    );
  });

  test('change nothing if there are none', () => {
    fc.assert(
      fc.property(fc.oneof(singleLabel, multiLabel), fractions, seed, (targets, fraction, seedOfSplit) => {
        const texts = Array.from({ length: countRows(targets) }, (_, row) => `text ${row}`);
        expect(trySplitTexts(targets, texts, [fraction, seedOfSplit])).toEqual(
          trySplit(targets, fraction, seedOfSplit),
        );
      }),
    );
  });

  test('leave proportions to less than one row a class where other rows can make up for them, else to one text', () => {
    fc.assert(
      fc.property(repeated, fractions, seed, (numbers, fraction, seedOfSplit) => {
        const classIndices = Int32Array.from(numbers, (number) => number % 4);
        const targets: SingleLabelTargets = { task: 'single-label', labels, classIndices };
        const split = trySplitTexts(targets, toTexts(numbers), [fraction, seedOfSplit]);
        fc.pre(split !== undefined);
        const chosen = countLabels(selectTargets(targets, split.validation));
        for (const [place, count] of countLabels(targets).entries()) {
          const sizes = countEqual(numbers.filter((number) => number % 4 === place));
          const singles = sizes.filter((size) => size === 1).length;
          const off = Math.abs((chosen[place] ?? 0) - count * fraction);
          expect(off).toBeLessThan(singles > count * fraction ? 1 : 1 + Math.max(0, ...sizes));
          if (count > 0) expect(chosen[place]).toBeLessThan(count);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('keep the share of every label where a tenth of the rows are repeated', () => {
    const random = createRandomGenerator(3);
    const rates = [0.3, 0.1, 0.03, 0.01];
    const numbers = Array.from({ length: 4000 }, (_, row) => (row % 10 === 0 ? row + 1 : row));
    const cells = Array.from({ length: 4000 }, () => rates.map((rate) => (random.next() < rate ? 1 : 0)));
    const indicators = Uint8Array.from(numbers.flatMap((number) => cells[number] ?? []));
    const targets: MultiLabelTargets = { task: 'multi-label', labels: rates.map(String), indicators };
    const split = stratifiedSplit(targets, { fraction: 0.2, random, texts: toTexts(numbers) });
    expectWhole(split, numbers);
    expect(Math.abs(split.validation.length - 800)).toBeLessThanOrEqual(2);
    const chosen = countLabels(selectTargets(targets, split.validation));
    for (const [place, count] of countLabels(targets).entries()) {
      expect(Math.abs((chosen[place] ?? 0) - count * 0.2)).toBeLessThan(2);
    }
  });

  test('cannot be split if there is only one, and must be as many as the targets', async () => {
    const targets: Targets = { task: 'single-label', labels, classIndices: Int32Array.of(0, 0, 1, 1) };
    const random = createRandomGenerator(1);
    const error = await expectError('TOO_FEW_EXAMPLES', () =>
      stratifiedSplit(targets, { random, texts: ['a', 'A', ' a', 'a '] }),
    );
    expect(error.message).toContain('4 rows with 1 distinct text');
    await expectError('INVALID_ARGUMENT', () => stratifiedSplit(targets, { random, texts: ['a', 'b'] }));
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
