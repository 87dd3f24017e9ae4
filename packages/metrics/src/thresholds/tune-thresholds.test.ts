import type { MultiLabelTargets } from '@polyhead/types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluateMultiLabel } from '../evaluation/evaluate-multi-label.ts';
import { multiLabelData, permuteRows, type Scored } from '../test-support/arbitraries.ts';
import { expectClose } from '../test-support/expect-close.ts';
import { thresholdMetrics, type ThresholdMetric } from './threshold-metrics.ts';
import { tuneThresholds } from './tune-thresholds.ts';

function oneLabel(rows: readonly (readonly [truth: 0 | 1, score: number])[]): Scored<MultiLabelTargets> {
  return {
    targets: { task: 'multi-label', labels: ['joy'], indicators: Uint8Array.from(rows, ([truth]) => truth) },
    scores: { data: Float32Array.from(rows, ([, score]) => score), rows: rows.length, columns: 1 },
  };
}

/** The metric of one label at one threshold, by scanning the rows. */
function scan(
  { targets, scores }: Scored<MultiLabelTargets>,
  metric: ThresholdMetric,
  at: { label: number; threshold: number },
): number {
  const counts = { truePositives: 0, falsePositives: 0, falseNegatives: 0, trueNegatives: 0 };
  for (let row = 0; row < scores.rows; row++) {
    const position = row * scores.columns + at.label;
    const isPredicted = (scores.data[position] ?? 0) >= at.threshold;
    if (targets.indicators[position] === 1) counts[isPredicted ? 'truePositives' : 'falseNegatives']++;
    else counts[isPredicted ? 'falsePositives' : 'trueNegatives']++;
  }
  return thresholdMetrics[metric](counts);
}

const metricNames = Object.keys(thresholdMetrics) as ThresholdMetric[];
const hundredths = Array.from({ length: 99 }, (_, index) => (index + 1) / 100);

describe('tuneThresholds', () => {
  it('finds the threshold that separates', () => {
    const data = oneLabel([
      [1, 0.33],
      [1, 0.31],
      [0, 0.28],
      [0, 0.1],
    ]);
    expect(tuneThresholds(data).thresholds).toEqual({ joy: 0.31 });
    expectClose(tuneThresholds({ ...data, grid: 'midpoints' }).thresholds['joy'] ?? NaN, 0.295, 1e-7);
  });

  it('stays at 0.5 where nothing is better', () => {
    expect(
      tuneThresholds(
        oneLabel([
          [1, 0.9],
          [1, 0.8],
          [0, 0.2],
        ]),
      ).thresholds,
    ).toEqual({ joy: 0.5 });
  });

  it('takes the higher of two that are equally good and equally near to 0.5', () => {
    // One of two positives without a false one above 0.55, both with two false ones up to 0.45: F1 is 2/3 at both.
    const data = oneLabel([
      [1, 0.56],
      [0, 0.52],
      [0, 0.47],
      [1, 0.46],
    ]);
    const { perLabel } = tuneThresholds({ ...data, grid: 0.05 });
    expect(scan(data, 'f1', { label: 0, threshold: 0.45 })).toBeCloseTo(2 / 3, 12);
    expect(perLabel).toEqual([{ label: 'joy', threshold: 0.55, positives: 2, score: 2 / 3, scoreAtDefault: 0.5 }]);
  });

  it('leaves a label without positives at 0.5', () => {
    const { thresholds, perLabel } = tuneThresholds(
      oneLabel([
        [0, 0.9],
        [0, 0.1],
      ]),
    );
    expect(thresholds).toEqual({ joy: 0.5 });
    expect(perLabel[0]).toMatchObject({ positives: 0, score: null, scoreAtDefault: null });
  });

  it('writes grid thresholds as short decimals', () => {
    const data = oneLabel([
      [1, 0.295],
      [0, 0.285],
    ]);
    expect(tuneThresholds(data).thresholds).toEqual({ joy: 0.29 });
  });

  it.each(metricNames)('reaches the best %s of the grid, and says so', (metric) => {
    fc.assert(
      fc.property(multiLabelData, (data) => {
        const { perLabel } = tuneThresholds({ ...data, metric });
        perLabel.forEach((row, label) => {
          if (row.positives === 0) return;
          const best = Math.max(...hundredths.map((threshold) => scan(data, metric, { label, threshold })));
          expectClose(row.score ?? NaN, best);
          expectClose(scan(data, metric, { label, threshold: row.threshold }), best);
          expectClose(row.scoreAtDefault ?? NaN, scan(data, metric, { label, threshold: 0.5 }));
          const nearer = hundredths.filter((value) => Math.abs(value - 0.5) < Math.abs(row.threshold - 0.5) - 1e-9);
          for (const threshold of nearer) expect(scan(data, metric, { label, threshold })).toBeLessThan(best);
        });
      }),
    );
  });

  it('is never worse with midpoints than on a grid or at 0.5', () => {
    fc.assert(
      fc.property(multiLabelData, (data) => {
        const onGrid = tuneThresholds(data).perLabel;
        tuneThresholds({ ...data, grid: 'midpoints' }).perLabel.forEach((row, index) => {
          expect((row.score ?? 0) + 1e-12).toBeGreaterThanOrEqual(onGrid[index]?.score ?? 0);
          expect((row.score ?? 0) + 1e-12).toBeGreaterThanOrEqual(row.scoreAtDefault ?? 0);
        });
      }),
    );
  });

  it('does not depend on the order of the rows', () => {
    fc.assert(
      fc.property(multiLabelData, (data) => {
        const order = Array.from({ length: data.scores.rows }, (_, row) => data.scores.rows - 1 - row);
        expect(tuneThresholds(permuteRows(data, order))).toEqual(tuneThresholds(data));
      }),
    );
  });

  it('gives the evaluation the F1 that it promised', () => {
    fc.assert(
      fc.property(multiLabelData, (data) => {
        const { thresholds, perLabel } = tuneThresholds(data);
        const { per_label } = evaluateMultiLabel({ ...data, thresholds });
        for (const { label, score } of perLabel) expectClose(per_label[label]?.f1 ?? NaN, score ?? 0);
      }),
    );
  });

  it('keeps labels apart that look like object internals', () => {
    const labels = ['__proto__', 'constructor'];
    const targets: MultiLabelTargets = { task: 'multi-label', labels, indicators: Uint8Array.of(1, 0, 0, 1) };
    const scores = { data: Float32Array.of(0.2, 0.1, 0.1, 0.3), rows: 2, columns: 2 };
    const { thresholds } = tuneThresholds({ targets, scores });
    expect(Object.entries(thresholds)).toEqual([
      ['__proto__', 0.2],
      ['constructor', 0.3],
    ]);
    expect(evaluateMultiLabel({ targets, scores, thresholds }).accuracy).toBe(1);
    expect(evaluateMultiLabel({ targets, scores, thresholds: {} }).micro_f1).toBe(0);
  });

  it('refuses metrics and grids that it does not know', () => {
    const data = oneLabel([[1, 0.9]]);
    const refusal = expect.objectContaining({ code: 'INVALID_ARGUMENT' }) as Error;
    expect(() => tuneThresholds({ ...data, metric: 'toString' as ThresholdMetric })).toThrow(refusal);
    for (const grid of [0, -0.1, 0.6, NaN, Infinity]) expect(() => tuneThresholds({ ...data, grid })).toThrow(refusal);
  });
});
