import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRandomGenerator } from '@polyhead/numerics';
import type { MultiLabelTargets } from '@polyhead/types';
import { countLabels } from './label-set.ts';
import { countRows, selectTargets } from './select-rows.ts';
import { stratifiedSplit, type Split } from './split.ts';
import { expectError } from './temporary-file.test-support.ts';

/** Rows with the given labels each. */
function toTargets(width: number, rows: readonly (readonly number[])[]): MultiLabelTargets {
  const indicators = new Uint8Array(rows.length * width);
  for (const [row, labels] of rows.entries()) for (const label of labels) indicators[row * width + label] = 1;
  return { task: 'multi-label', labels: Array.from({ length: width }, (_, label) => `label ${label}`), indicators };
}

const oneLabelEach = (labels: number, rows: number): MultiLabelTargets =>
  toTargets(
    labels,
    Array.from({ length: labels * rows }, (_, row) => [row % labels]),
  );

const split = (targets: MultiLabelTargets, fraction: number, texts?: readonly string[]): Split =>
  stratifiedSplit(targets, { fraction, texts, random: createRandomGenerator(5) });

describe('a multi-label split with few rows a label', () => {
  test.each([
    [2, 0.2, 40],
    [3, 0.2, 60],
    [4, 0.1, 40],
    [6, 0.1, 60],
    [2, 0.5, 100],
    [3, 0.6, 180],
  ])('%i rows of each of 100 labels, a share of %d: %i rows, spread evenly', (rows, fraction, expected) => {
    const targets = oneLabelEach(100, rows);
    const { validation } = split(targets, fraction);
    expect(validation).toHaveLength(expected);
    for (const count of countLabels(selectTargets(targets, validation))) {
      expect(Math.abs(count - rows * fraction)).toBeLessThan(1);
      expect(count).toBeLessThan(rows);
    }
  });

  test('holds one row out where the share of few rows is less than one', () => {
    expect(split(oneLabelEach(1, 2), 0.2).validation).toHaveLength(1);
    expect(split(oneLabelEach(1, 3), 0.1).validation).toHaveLength(1);
  });

  test('takes whole texts, and comes as near as they allow', () => {
    const texts = Array.from({ length: 300 }, (_, row) => `text ${row % 100} ${row < 200 ? 'twice' : 'once'}`);
    const { train, validation } = split(oneLabelEach(100, 3), 0.2, texts);
    expect(validation).toHaveLength(60);
    const trained = new Set(Array.from(train, (row) => texts[row]));
    expect(Array.from(validation, (row) => texts[row]).filter((text) => trained.has(text))).toEqual([]);
  });

  test('refuses where every row is the only one of some label', async () => {
    await expectError('TOO_FEW_EXAMPLES', () => split(oneLabelEach(10, 1), 0.2));
  });
});

const width = 12;
const manyLabels = fc
  .array(fc.uniqueArray(fc.integer({ min: 0, max: width - 1 }), { maxLength: 3 }), { minLength: 30, maxLength: 120 })
  .map((rows) => toTargets(width, rows));

test('a multi-label split meets the share and leaves every label a row to train on', () => {
  fc.assert(
    fc.property(manyLabels, fc.constantFrom(0.05, 0.1, 0.2, 0.5, 0.6), fc.nat(), (targets, fraction, seed) => {
      const rows = countRows(targets);
      const { train, validation } = stratifiedSplit(targets, { fraction, random: createRandomGenerator(seed) });
      // Twelve rows are enough to show twelve labels, and never more than 60 % of at least 30 rows are held out.
      expect(validation).toHaveLength(Math.max(1, Math.round(rows * fraction)));
      expect(train.length + validation.length).toBe(rows);
      const trained = countLabels(selectTargets(targets, train));
      for (const [label, count] of countLabels(targets).entries()) {
        if (count > 0) expect(trained[label]).toBeGreaterThan(0);
      }
    }),
    { numRuns: 300 },
  );
});
