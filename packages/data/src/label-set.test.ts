import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assertEnoughClasses, countLabels, createLabelCollector, toLabelSet } from './label-set.ts';
import { compareNaturally } from './natural-order.ts';
import { editDistance, nearestName } from './nearest-name.ts';
import { expectError } from './temporary-file.test-support.ts';

const label = fc.string({
  unit: fc.constantFrom('a', 'b', 'B', '0', '1', '2', '9', ' ', 'é'),
  minLength: 1,
  maxLength: 5,
});

describe('compareNaturally', () => {
  test('orders runs of digits by value', () => {
    expect(['10', '9', 'b', 'a10', 'a9', 'a', '1', '01', 'B', '1a'].sort(compareNaturally)).toEqual([
      '01',
      '1',
      '1a',
      '9',
      '10',
      'B',
      'a',
      'a9',
      'a10',
      'b',
    ]);
  });

  test('is a total order', () => {
    fc.assert(
      fc.property(label, label, label, (first, second, third) => {
        expect(Math.sign(compareNaturally(first, second)) + Math.sign(compareNaturally(second, first))).toBe(0);
        expect(compareNaturally(first, second) === 0).toBe(first === second);
        if (compareNaturally(first, second) < 0 && compareNaturally(second, third) < 0) {
          expect(compareNaturally(first, third)).toBeLessThan(0);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('label sets', () => {
  test('do not depend on the order of the rows, and map every label to its place', () => {
    fc.assert(
      fc.property(fc.array(label, { minLength: 1 }), (labels) => {
        const collector = createLabelCollector('x.csv');
        const indices = labels.map((name, row) => collector.add(name, row));
        const { labelSet, places } = collector.finish(undefined);
        expect(labelSet.order).toBe('sorted');
        expect(labelSet.labels).toEqual(toLabelSet([...labels].reverse(), undefined).labels);
        expect(new Set(labelSet.labels).size).toBe(labelSet.labels.length);
        expect(indices.map((index) => labelSet.labels[places[index] ?? -1])).toEqual(labels);
      }),
    );
  });

  test('keep the given order', async () => {
    expect(toLabelSet(['a'], ['c', 'a'])).toEqual({ labels: ['c', 'a'], order: 'given' });
    await expectError('INVALID_ARGUMENT', () => toLabelSet([], ['a', ' ']));
  });

  test('list at most ten unknown labels in the message and all in the details', async () => {
    const collector = createLabelCollector('x.csv');
    for (let row = 0; row < 12; row++) collector.add(`label ${row}`, row);
    const error = await expectError('UNKNOWN_LABEL', () => collector.finish(['a']));
    expect(error.message).toContain('"label 9" (1 time, row 9), and 2 more');
    expect(error.details['labels']).toHaveLength(12);
  });
});

test('countLabels counts examples of each label', () => {
  const labels = ['a', 'b', 'c'];
  expect(countLabels({ task: 'single-label', labels, classIndices: Int32Array.of(2, 0, 2) })).toEqual(
    Int32Array.of(1, 0, 2),
  );
  expect(countLabels({ task: 'multi-label', labels, indicators: Uint8Array.of(1, 1, 0, 0, 1, 0) })).toEqual(
    Int32Array.of(1, 2, 0),
  );
  expect(countLabels({ task: 'regression', labels: ['x'], values: Float64Array.of(1, 2) })).toEqual(Int32Array.of(2));
});

test('assertEnoughClasses needs two classes, or one label', async () => {
  const one = { task: 'single-label', labels: ['a', 'b'], classIndices: Int32Array.of(1, 1) } as const;
  expect(
    (
      await expectError('TOO_FEW_CLASSES', () => {
        assertEnoughClasses(one, 'x.csv');
      })
    ).message,
  ).toContain('"b"');
  const none = { task: 'multi-label', labels: ['a'], indicators: Uint8Array.of(0, 0) } as const;
  await expectError('TOO_FEW_CLASSES', () => {
    assertEnoughClasses(none, 'x.csv');
  });
  assertEnoughClasses({ ...one, classIndices: Int32Array.of(1, 0) }, 'x.csv');
  assertEnoughClasses({ ...none, indicators: Uint8Array.of(0, 1) }, 'x.csv');
});

test('nearestName finds misspelt names and nothing else', () => {
  expect(editDistance('kitten', 'sitting')).toBe(3);
  expect(editDistance('', 'abc')).toBe(3);
  expect(nearestName('lable', ['text', 'label', 'labels'])).toBe('label');
  expect(nearestName('TEXT', ['text'])).toBe('text');
  expect(nearestName('zebra', ['text', 'label'])).toBeUndefined();
  expect(nearestName('x', [])).toBeUndefined();
});
