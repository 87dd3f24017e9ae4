import { hasErrorCode } from '@polyhead/types';
import { describe, expect, it } from 'vitest';
import { expectedCalibrationError } from '../calibration/expected-calibration-error.ts';
import { binaryBrierScore, brierScore } from '../classification/brier.ts';
import { binaryLogLoss, logLoss } from '../classification/log-loss.ts';
import { topKAccuracy } from '../classification/top-k-accuracy.ts';
import { argMaxRows } from '../kernels/rows.ts';
import { sumOf } from '../kernels/sums.ts';
import { expectClose } from '../test-support/expect-close.ts';
import { isRefusal, readGolden, type GoldenError } from '../test-support/golden.ts';
import { averagePrecision, averagePrecisionPerLabel, multiLabelAveragePrecision } from './average-precision.ts';
import { precisionRecallCurve, rocCurve } from './binary-curves.ts';
import { coverageError, labelRankingAveragePrecision, labelRankingLoss } from './label-ranking.ts';
import { oneVsOneRocAuc, oneVsRestRocAuc } from './multi-class-roc-auc.ts';
import { multiLabelRocAuc, rocAuc, rocAucPerLabel } from './roc-auc.ts';

interface GoldenRoc {
  fpr: number[];
  tpr: number[];
  thresholds: number[];
}

interface BinaryCase {
  name: string;
  truth: number[];
  scores: number[];
  sample_weight: number[] | null;
  roc_auc: number;
  'roc_auc_max_fpr_0.2': number;
  average_precision: number;
  roc_curve: GoldenRoc;
  roc_curve_all_points: GoldenRoc;
  precision_recall_curve: { precision: number[]; recall: number[]; thresholds: number[] };
  log_loss?: number;
  brier?: number;
  ece_15_confidence?: number;
  ece_15_positive_class?: number;
}

describe.each(readGolden<{ cases: BinaryCase[] }>('binary-scores').cases)('binary scores: $name', (golden) => {
  const { truth, scores } = golden;
  const input = { truth, scores, sampleWeights: golden.sample_weight ?? undefined };

  it('gives the same areas', () => {
    expectClose(rocAuc(input), golden.roc_auc);
    expectClose(rocAuc(input, { maximumFalsePositiveRate: 0.2 }), golden['roc_auc_max_fpr_0.2']);
    expectClose(averagePrecision(input), golden.average_precision);
  });

  it.each(['roc_curve', 'roc_curve_all_points'] as const)('gives the same %s', (name) => {
    const curve = rocCurve(input, { allPoints: name === 'roc_curve_all_points' });
    expectClose(curve.falsePositiveRates, golden[name].fpr);
    expectClose(curve.truePositiveRates, golden[name].tpr);
    expectClose(curve.thresholds, golden[name].thresholds);
  });

  it('gives the same precision-recall curve', () => {
    const curve = precisionRecallCurve(input);
    expectClose(curve.precision, golden.precision_recall_curve.precision);
    expectClose(curve.recall, golden.precision_recall_curve.recall);
    expectClose(curve.thresholds, golden.precision_recall_curve.thresholds);
  });

  if (golden.log_loss === undefined) {
    it('refuses decision values where probabilities are needed', () => {
      expect(() => binaryLogLoss(input)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
    });
    return;
  }

  it('gives the same figures about probabilities', () => {
    expectClose(binaryLogLoss(input), golden.log_loss ?? NaN);
    expectClose(binaryBrierScore(input), golden.brier ?? NaN);
    const confidence = scores.map((score) => Math.max(score, 1 - score));
    const correct = scores.map((score, row) => (Number(score >= 0.5) === truth[row] ? 1 : 0));
    expectClose(expectedCalibrationError({ confidence, correct }), golden.ece_15_confidence ?? NaN);
    expectClose(expectedCalibrationError({ confidence: scores, correct: truth }), golden.ece_15_positive_class ?? NaN);
  });
});

interface ClassCase {
  name: string;
  truth: number[];
  probabilities: number[][];
  labels: number[];
  sample_weight: number[] | null;
  log_loss: number;
  log_loss_sum: number;
  brier_multi_class: number;
  brier_multi_class_scale_by_half_true: number;
  ece_15: number;
  roc_auc_ovr_macro: number;
  roc_auc_ovr_weighted: number;
  roc_auc_ovr_micro: number;
  roc_auc_ovo_macro: number;
  roc_auc_ovo_weighted: number | GoldenError;
  top_1_accuracy: number;
  top_2_accuracy: number;
  top_3_accuracy: number;
}

describe.each(readGolden<{ cases: ClassCase[] }>('multi-class-scores').cases)('class scores: $name', (golden) => {
  const sampleWeights = golden.sample_weight ?? undefined;
  const scores = golden.probabilities.flat();
  const input = { truth: golden.truth, scores, classCount: golden.labels.length, sampleWeights };

  it('gives the same figures about probabilities', () => {
    expectClose(logLoss(input), golden.log_loss);
    expectClose(
      logLoss(input) * (sampleWeights === undefined ? golden.truth.length : sumOf(sampleWeights)),
      golden.log_loss_sum,
    );
    expectClose(brierScore(input), golden.brier_multi_class);
    expectClose(brierScore(input, { halve: true }), golden.brier_multi_class_scale_by_half_true);
    const predicted = argMaxRows(scores, input.classCount);
    const confidence = golden.probabilities.map((row) => Math.max(...row));
    const correct = Array.from(predicted, (index, row) => (index === golden.truth[row] ? 1 : 0));
    expectClose(expectedCalibrationError({ confidence, correct }), golden.ece_15);
  });

  it('gives the same areas', () => {
    expectClose(oneVsRestRocAuc(input, 'macro'), golden.roc_auc_ovr_macro);
    expectClose(oneVsRestRocAuc(input, 'weighted'), golden.roc_auc_ovr_weighted);
    expectClose(oneVsRestRocAuc(input, 'micro'), golden.roc_auc_ovr_micro);
    expectClose(oneVsOneRocAuc(input, 'macro'), golden.roc_auc_ovo_macro);
    const weighted = golden.roc_auc_ovo_weighted;
    if (!isRefusal(weighted)) expectClose(oneVsOneRocAuc(input, 'weighted'), weighted);
    else expect(() => oneVsOneRocAuc(input, 'weighted')).toThrow(expect.objectContaining({ code: 'TOO_FEW_CLASSES' }));
  });

  it('gives the same top-k accuracy', () => {
    expectClose(
      [1, 2, 3].map((count) => topKAccuracy(input, count)),
      [golden.top_1_accuracy, golden.top_2_accuracy, golden.top_3_accuracy],
    );
  });
});

type RankingName = 'micro' | 'macro' | 'weighted' | 'samples';

interface LabelCase extends Record<`roc_auc_${RankingName}` | `average_precision_${RankingName}`, number> {
  name: string;
  truth: number[][];
  scores: number[][];
  average_precision_per_class: number[];
  roc_auc_per_class: number[];
  label_ranking_average_precision: number;
  label_ranking_loss: number;
  coverage_error: number;
}

describe.each(readGolden<{ cases: LabelCase[] }>('multi-label-scores').cases)('label scores: $name', (golden) => {
  const input = { truth: golden.truth.flat(), scores: golden.scores.flat(), labelCount: golden.truth[0]?.length ?? 0 };

  it.each(['micro', 'macro', 'weighted', 'samples'] as const)('gives the same %s averages', (average) => {
    expectClose(multiLabelRocAuc(input, average), golden[`roc_auc_${average}`]);
    expectClose(multiLabelAveragePrecision(input, average), golden[`average_precision_${average}`]);
  });

  it('gives the same figures per label', () => {
    expectClose(rocAucPerLabel(input), golden.roc_auc_per_class);
    expectClose(averagePrecisionPerLabel(input), golden.average_precision_per_class);
  });

  it('gives the same figures about the order of labels', () => {
    expectClose(labelRankingAveragePrecision(input), golden.label_ranking_average_precision);
    expectClose(labelRankingLoss(input), golden.label_ranking_loss);
    expectClose(coverageError(input), golden.coverage_error);
  });
});

it('refuses a part of the ROC curve that does not exist', () => {
  const input = { truth: [0, 1], scores: [0, 1] };
  for (const maximumFalsePositiveRate of [0, -1, 2, NaN]) {
    let thrown: unknown;
    try {
      rocAuc(input, { maximumFalsePositiveRate });
    } catch (error) {
      thrown = error;
    }
    expect(hasErrorCode(thrown, 'INVALID_ARGUMENT')).toBe(true);
  }
});
