import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRandomGenerator } from '@polyhead/numerics';
import { samplePerClass } from './sample-per-class.ts';
import { countLabels } from '../label-set.ts';
import { selectTargets } from '../select-rows.ts';
import { expectError } from '../temporary-file.test-support.ts';

const labels = ['a', 'b', 'c', 'd'];
const seed = fc.integer({ min: 0, max: 2 ** 31 });
const count = fc.integer({ min: 1, max: 6 });

test('draws exactly so many rows of each class, or all it has', () => {
  const rows = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 60 });
  fc.assert(
    fc.property(rows, count, seed, (classes, wanted, seedOfSample) => {
      const targets = { task: 'single-label', labels, classIndices: Int32Array.from(classes) } as const;
      const sample = samplePerClass(targets, { count: wanted, random: createRandomGenerator(seedOfSample) });
      expect(new Set(sample).size).toBe(sample.length);
      expect(sample).toEqual(sample.slice().sort());
      const expected = countLabels(targets).map((available) => Math.min(available, wanted));
      expect(countLabels(selectTargets(targets, sample))).toEqual(expected);
      expect(samplePerClass(targets, { count: wanted, random: createRandomGenerator(seedOfSample) })).toEqual(sample);
    }),
  );
});

test('draws at least so many rows of each label, and no row that no label needs', () => {
  const row = fc.tuple(fc.boolean(), fc.boolean(), fc.boolean(), fc.boolean());
  fc.assert(
    fc.property(fc.array(row, { maxLength: 60 }), count, seed, (rows, wanted, seedOfSample) => {
      const targets = { task: 'multi-label', labels, indicators: Uint8Array.from(rows.flat(), Number) } as const;
      const sample = samplePerClass(targets, { count: wanted, random: createRandomGenerator(seedOfSample) });
      const drawn = countLabels(selectTargets(targets, sample));
      for (const [place, available] of countLabels(targets).entries()) {
        expect(drawn[place]).toBeGreaterThanOrEqual(Math.min(available, wanted));
      }
      expect(sample.length).toBeLessThanOrEqual(wanted * labels.length);
      expect(new Set(sample).size).toBe(sample.length);
    }),
  );
});

test('refuses other counts and regression', async () => {
  const targets = { task: 'single-label', labels, classIndices: Int32Array.of(0) } as const;
  const random = createRandomGenerator(1);
  for (const wrong of [0, 1.5, Number.NaN])
    await expectError('INVALID_ARGUMENT', () => samplePerClass(targets, { count: wrong, random }));
  const regression = { task: 'regression', labels: ['x'], values: Float64Array.of(1) } as const;
  await expectError('TASK_UNSUPPORTED', () => samplePerClass(regression, { count: 1, random }));
});
