import type { JsonValue, MultiLabelTargets, RegressionTargets, SingleLabelTargets } from '@polyhead/types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { multiLabelData, singleLabelData } from '../test-support/arbitraries.ts';
import { expectClose } from '../test-support/expect-close.ts';
import { readGolden } from '../test-support/golden.ts';
import { evaluateMultiLabel } from './evaluate-multi-label.ts';
import { evaluateRegression } from './evaluate-regression.ts';
import { evaluateSingleLabel } from './evaluate-single-label.ts';

function survivesJson(value: JsonValue): void {
  expect(JSON.parse(JSON.stringify(value))).toEqual(value);
}

describe('evaluateSingleLabel', () => {
  const labels = ['0', '1', '2', '3'];

  interface GoldenCase {
    name: string;
    truth: number[];
    probabilities: number[][];
    log_loss: number;
    brier_multi_class: number;
    ece_15: number;
    roc_auc_ovr_macro: number;
    top_1_accuracy: number;
    top_3_accuracy: number;
  }

  it('gives the figures of scikit-learn on the same probabilities', () => {
    const { cases } = readGolden<{ cases: GoldenCase[] }>('multi-class-scores');
    const golden = cases.find(({ name }) => name === 'float32 probabilities');
    if (golden === undefined) throw new Error('no such case');
    const targets: SingleLabelTargets = { task: 'single-label', labels, classIndices: Int32Array.from(golden.truth) };
    const scores = { data: Float32Array.from(golden.probabilities.flat()), rows: 60, columns: 4 };
    const evaluation = evaluateSingleLabel({ targets, scores });
    expect(evaluation.rows).toBe(60);
    expectClose(evaluation.log_loss ?? NaN, golden.log_loss);
    expectClose(evaluation.brier ?? NaN, golden.brier_multi_class);
    expectClose(evaluation.ece ?? NaN, golden.ece_15);
    expectClose(evaluation.roc_auc_macro ?? NaN, golden.roc_auc_ovr_macro);
    expectClose(evaluation.accuracy, golden.top_1_accuracy);
    expectClose(evaluation.top_3_accuracy, golden.top_3_accuracy);
    survivesJson(evaluation);
  });

  it('averages over the labels that occur and lists all', () => {
    const targets: SingleLabelTargets = {
      task: 'single-label',
      labels: ['a', 'b', 'c'],
      classIndices: Int32Array.of(0, 1),
    };
    const scores = { data: Float32Array.of(0.8, 0.1, 0.1, 0.2, 0.7, 0.1), rows: 2, columns: 3 };
    const evaluation = evaluateSingleLabel({ targets, scores });
    expect(evaluation.macro_f1).toBe(1);
    expect(evaluation.roc_auc_macro).toBeNull();
    expect(evaluation.per_label['c']).toEqual({ precision: 0, recall: 0, f1: 0, support: 0 });
    expect(evaluation.confusion_matrix).toEqual({
      labels: ['a', 'b', 'c'],
      counts: [
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 0],
      ],
    });
  });

  it('leaves figures about probabilities undefined for decision values', () => {
    const targets: SingleLabelTargets = { task: 'single-label', labels: ['a', 'b'], classIndices: Int32Array.of(0, 1) };
    const scores = { data: Float32Array.of(3, -3, -1, 1), rows: 2, columns: 2 };
    const evaluation = evaluateSingleLabel({ targets, scores });
    expect(evaluation).toMatchObject({ accuracy: 1, roc_auc_macro: 1, log_loss: null, brier: null, ece: null });
  });

  it('is plain JSON whatever comes', () => {
    fc.assert(
      fc.property(singleLabelData, (data) => {
        survivesJson(evaluateSingleLabel(data));
      }),
    );
  });
});

describe('evaluateMultiLabel', () => {
  const targets: MultiLabelTargets = {
    task: 'multi-label',
    labels: ['joy', 'fear'],
    indicators: Uint8Array.of(1, 0, 1, 1, 0, 0),
  };
  const scores = { data: Float32Array.of(0.9, 0.1, 0.3, 0.4, 0.2, 0.3), rows: 3, columns: 2 };

  it('has the figures at 0.5 on top where nothing was tuned', () => {
    const evaluation = evaluateMultiLabel({ targets, scores });
    expect(evaluation.tuned).toBeUndefined();
    expect(evaluation.thresholds).toBeUndefined();
    expect(evaluation).toMatchObject(evaluation['at_0.5']);
    expectClose(evaluation.accuracy, 2 / 3);
    expectClose(evaluation.hamming_loss, 1 / 3);
    expect(evaluation.per_label['joy']).toEqual({ precision: 1, recall: 0.5, f1: 2 / 3, support: 2, threshold: 0.5 });
    survivesJson(evaluation);
  });

  it('has the tuned figures on top, with those at 0.5 beside them', () => {
    const evaluation = evaluateMultiLabel({ targets, scores, thresholds: { joy: 0.25, fear: 0.35 } });
    expect(evaluation.accuracy).toBe(1);
    expect(evaluation).toMatchObject({ ...evaluation.tuned });
    expectClose(evaluation['at_0.5'].accuracy, 2 / 3);
    expect(evaluation['at_0.5']).toEqual(evaluateMultiLabel({ targets, scores })['at_0.5']);
    expect(evaluation.thresholds).toEqual({ joy: 0.25, fear: 0.35 });
    expect(evaluation.per_label['fear']?.threshold).toBe(0.35);
    survivesJson(evaluation);
  });

  it('takes 0.5 for labels without a threshold', () => {
    expect(evaluateMultiLabel({ targets, scores, thresholds: { joy: 0.25 } }).thresholds).toEqual({
      joy: 0.25,
      fear: 0.5,
    });
  });

  it('gives log loss and Brier score over all decisions', () => {
    const evaluation = evaluateMultiLabel({ targets, scores });
    const right = [0.9, 0.9, 0.3, 0.4, 0.8, 0.7];
    expectClose(evaluation.log_loss ?? NaN, right.reduce((sum, p) => sum - Math.log(p), 0) / 6, 1e-6);
    expectClose(evaluation.brier ?? NaN, right.reduce((sum, p) => sum + (1 - p) ** 2, 0) / 6, 1e-6);
    const decisionValues = { ...scores, data: scores.data.map((value) => 10 * value) };
    expect(evaluateMultiLabel({ targets, scores: decisionValues })).toMatchObject({ log_loss: null, brier: null });
  });

  it('says which labels cannot be ranked', () => {
    const without: MultiLabelTargets = { ...targets, indicators: Uint8Array.of(1, 0, 1, 0, 0, 0) };
    const evaluation = evaluateMultiLabel({ targets: without, scores });
    expect(evaluation.roc_auc_macro).toBeNull();
    expect(evaluation.ranking_per_label).toEqual({
      joy: { roc_auc: 1, average_precision: 1 },
      fear: { roc_auc: null, average_precision: null },
    });
  });

  it('is plain JSON whatever comes', () => {
    fc.assert(
      fc.property(multiLabelData, (data) => {
        survivesJson(evaluateMultiLabel({ ...data, thresholds: {} }));
      }),
    );
  });
});

describe('evaluateRegression', () => {
  const targets: RegressionTargets = { task: 'regression', labels: ['value'], values: Float64Array.of(1, 2, 3, 4) };

  it('gives every figure', () => {
    const evaluation = evaluateRegression({ targets, values: [1, 2, 3, 6] });
    expect(evaluation).toMatchObject({
      task: 'regression',
      rows: 4,
      mse: 1,
      rmse: 1,
      mae: 0.5,
      max_error: 2,
      spearman: 1,
      kendall: 1,
    });
    expectClose(evaluation.r2 ?? NaN, 0.2);
    survivesJson(evaluation);
  });

  it('leaves figures of one row undefined', () => {
    const one: RegressionTargets = { ...targets, values: Float64Array.of(1) };
    const evaluation = evaluateRegression({ targets: one, values: [3] });
    expect(evaluation).toMatchObject({ mse: 4, r2: null, pearson: null, spearman: null, kendall: null });
    survivesJson(evaluation);
  });
});
