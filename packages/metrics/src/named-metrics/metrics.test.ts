import type { Metric, MetricInput, RegressionTargets } from '@polyhead/types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluateMultiLabel } from '../evaluation/evaluate-multi-label.ts';
import { evaluateRegression } from '../evaluation/evaluate-regression.ts';
import { evaluateSingleLabel } from '../evaluation/evaluate-single-label.ts';
import { multiLabelData, permuteLabels, permuteRows, singleLabelData } from '../test-support/arbitraries.ts';
import { expectClose } from '../test-support/expect-close.ts';
import { findMetric, metrics, metricsForTask } from './metrics.ts';

interface Properties {
  /** Least and greatest value. */
  readonly range: readonly [number, number];
  /** The value of perfect, certain predictions. */
  readonly perfect: number;
  /** Depends on the order of the labels where scores are tied. */
  readonly breaksTiesByOrder?: true;
  /** Truth and decisions can change places. */
  readonly symmetric?: true;
}

/** What is known about every classification metric; one without an entry fails a test. */
const properties: Readonly<Record<string, Properties>> = {
  accuracy: { range: [0, 1], perfect: 1, symmetric: true },
  balanced_accuracy: { range: [0, 1], perfect: 1 },
  mcc: { range: [-1, 1], perfect: 1, symmetric: true },
  kappa: { range: [-1, 1], perfect: 1, symmetric: true },
  samples_f1: { range: [0, 1], perfect: 1, symmetric: true },
  hamming_loss: { range: [0, 1], perfect: 0, symmetric: true },
  micro_f1: { range: [0, 1], perfect: 1, symmetric: true },
  micro_precision: { range: [0, 1], perfect: 1 },
  micro_recall: { range: [0, 1], perfect: 1 },
  macro_f1: { range: [0, 1], perfect: 1, symmetric: true },
  macro_precision: { range: [0, 1], perfect: 1 },
  macro_recall: { range: [0, 1], perfect: 1 },
  weighted_f1: { range: [0, 1], perfect: 1 },
  weighted_precision: { range: [0, 1], perfect: 1 },
  weighted_recall: { range: [0, 1], perfect: 1 },
  log_loss: { range: [0, 37], perfect: 0 },
  brier: { range: [0, 2], perfect: 0 },
  ece: { range: [0, 1], perfect: 0 },
  top_3_accuracy: { range: [0, 1], perfect: 1, breaksTiesByOrder: true },
  roc_auc_macro: { range: [0, 1], perfect: 1 },
  average_precision_macro: { range: [0, 1], perfect: 1 },
};

/** Data of a task that the metric supports, with decisions where the task has them. */
function dataFor(metric: Metric): fc.Arbitrary<MetricInput>[] {
  return [
    ...(metric.tasks.includes('single-label') ? [singleLabelData] : []),
    ...(metric.tasks.includes('multi-label') ? [multiLabelData] : []),
  ];
}

const classificationMetrics = metrics.filter((metric) => !metric.tasks.includes('regression'));

describe.each(classificationMetrics.map((metric) => [metric.name, metric] as const))('%s', (name, metric) => {
  const known = properties[name];
  if (known === undefined) throw new Error(`no properties are listed for ${name}`);
  const inputs = dataFor(metric);

  it('stays within its range', () => {
    for (const input of inputs) {
      fc.assert(
        fc.property(input, (data) => {
          const value = metric.compute(data);
          if (Number.isNaN(value)) return;
          expect(value).toBeGreaterThanOrEqual(known.range[0] - 1e-12);
          expect(value).toBeLessThanOrEqual(known.range[1] + 1e-12);
        }),
      );
    }
  });

  it('does not depend on the order of the rows', () => {
    for (const input of inputs) {
      fc.assert(
        fc.property(input, fc.infiniteStream(fc.nat()), (data, keys) => {
          if (data.targets.task === 'regression') return;
          const order = shuffled(data.scores.rows, keys);
          expectClose(metric.compute(permuteRows({ ...data, targets: data.targets }, order)), metric.compute(data));
        }),
      );
    }
  });

  if (known.breaksTiesByOrder !== true) {
    it('does not depend on the order of the labels', () => {
      for (const input of inputs) {
        fc.assert(
          fc.property(input, fc.infiniteStream(fc.nat()), (data, keys) => {
            if (data.targets.task === 'regression') return;
            // Decisions between equal scores go by order: nudge the scores apart.
            const scores = {
              ...data.scores,
              data: data.scores.data.map((value, at) => 0.9 * value + 0.001 * (at % 7)),
            };
            const apart = { targets: data.targets, scores };
            const order = shuffled(scores.columns, keys);
            expectClose(metric.compute(permuteLabels(apart, order)), metric.compute(apart));
          }),
        );
      }
    });
  }

  it('knows perfection', () => {
    for (const input of inputs) {
      fc.assert(
        fc.property(input, (data) => {
          const value = metric.compute(withPerfectScores(data));
          // Undefined where a label is absent or fills everything, and 0 where 0 / 0 counts as 0.
          const absent = hasAbsentLabel(data);
          if (!absent) expectClose(value, known.perfect);
        }),
      );
    }
  });

  if (known.symmetric === true) {
    it('does not change if truth and decisions change places', () => {
      for (const input of inputs) {
        fc.assert(
          fc.property(input, fc.infiniteStream(fc.nat()), (data, keys) => {
            const other = { ...data, decisions: decisionsFrom(data, keys) };
            expectClose(metric.compute(exchanged(other)), metric.compute(other));
          }),
        );
      }
    });
  }
});

function shuffled(length: number, keys: fc.Stream<number>): number[] {
  const drawn = [...keys.take(length)];
  return drawn.map((_, index) => index).sort((a, b) => (drawn[a] ?? 0) - (drawn[b] ?? 0) || a - b);
}

function indicatorsOf({ targets, scores }: MetricInput): number[] {
  if (targets.task === 'multi-label') return Array.from(targets.indicators);
  if (targets.task === 'regression') return [];
  return Array.from(scores.data, (_, at) =>
    targets.classIndices[Math.floor(at / scores.columns)] === at % scores.columns ? 1 : 0,
  );
}

function withPerfectScores(input: MetricInput): MetricInput {
  return { targets: input.targets, scores: { ...input.scores, data: Float32Array.from(indicatorsOf(input)) } };
}

function hasAbsentLabel(input: MetricInput): boolean {
  const { columns, rows } = input.scores;
  const indicators = indicatorsOf(input);
  const constant = (values: number[]): boolean => values.every((value) => value === values[0]);
  const columnsOf = Array.from({ length: columns }, (_, column) =>
    indicators.filter((_, at) => at % columns === column),
  );
  const emptyRows = Array.from({ length: rows }, (_, row) =>
    indicators.slice(row * columns, (row + 1) * columns),
  ).filter((row) => !row.includes(1));
  return columnsOf.some(constant) || emptyRows.length > 0;
}

function decisionsFrom({ targets, scores }: MetricInput, keys: fc.Stream<number>): Uint8Array {
  const drawn = [...keys.take(scores.data.length)];
  if (targets.task === 'multi-label') return Uint8Array.from(drawn, (key) => key % 2);
  return Uint8Array.from(drawn, (_, at) => {
    const row = Math.floor(at / scores.columns);
    return (drawn[row] ?? 0) % scores.columns === at % scores.columns ? 1 : 0;
  });
}

function exchanged(input: MetricInput & { readonly decisions: Uint8Array }): MetricInput {
  const { targets, scores, decisions } = input;
  const indicators = Uint8Array.from(indicatorsOf(input));
  if (targets.task === 'multi-label')
    return { scores, targets: { ...targets, indicators: decisions }, decisions: indicators };
  if (targets.task === 'regression') return input;
  const classIndices = targets.classIndices.map((_, row) =>
    decisions.subarray(row * scores.columns, (row + 1) * scores.columns).indexOf(1),
  );
  return { scores, targets: { ...targets, classIndices }, decisions: indicators };
}

describe('the list of metrics', () => {
  it('has each name once and finds it', () => {
    const names = metrics.map((metric) => metric.name);
    expect(new Set(names).size).toBe(names.length);
    for (const metric of metrics) expect(findMetric(metric.name)).toBe(metric);
  });

  it('refuses an unknown name and a task that a metric does not support', () => {
    expect(() => findMetric('f_one')).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
    const targets: RegressionTargets = { task: 'regression', labels: ['value'], values: Float64Array.of(1) };
    const input = { targets, scores: { data: Float32Array.of(1), rows: 1, columns: 1 } };
    for (const metric of classificationMetrics) {
      expect(() => metric.compute(input), metric.name).toThrow(expect.objectContaining({ code: 'TASK_UNSUPPORTED' }));
    }
  });

  it('agrees with the evaluation of single labels', () => {
    fc.assert(
      fc.property(singleLabelData, (data) => {
        const evaluation = evaluateSingleLabel(data);
        for (const metric of metricsForTask('single-label')) {
          expectClose(metric.compute(data), toNumber(evaluation[metric.name]));
        }
      }),
    );
  });

  it('agrees with the evaluation of many labels', () => {
    fc.assert(
      fc.property(multiLabelData, (data) => {
        const evaluation = evaluateMultiLabel(data);
        for (const metric of metricsForTask('multi-label')) {
          expectClose(metric.compute(data), toNumber(evaluation[metric.name]));
        }
      }),
    );
  });

  it('agrees with the evaluation of values', () => {
    const values = Float32Array.of(1, 2.5, -3, 4);
    const targets: RegressionTargets = { task: 'regression', labels: ['value'], values: Float64Array.of(1, 2, 0, 5) };
    const evaluation = evaluateRegression({ targets, values });
    expect(metricsForTask('regression')).toHaveLength(8);
    for (const metric of metricsForTask('regression')) {
      const value = metric.compute({ targets, scores: { data: values, rows: 4, columns: 1 } });
      expectClose(value, toNumber(evaluation[metric.name]));
    }
  });
});

/** null in an evaluation stands for NaN. */
function toNumber(value: unknown): number {
  if (value === null) return NaN;
  if (typeof value !== 'number') throw new Error('the evaluation has no such figure');
  return value;
}
