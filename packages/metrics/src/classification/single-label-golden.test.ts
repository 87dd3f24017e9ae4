import { describe, expect, it } from 'vitest';
import { expectClose } from '../test-support/expect-close.ts';
import { readGolden } from '../test-support/golden.ts';
import { classificationReport, type ReportFigures } from '../reports/classification-report.ts';
import { accuracy, balancedAccuracy } from './accuracy.ts';
import { countsPerClass, type BinaryCounts } from './binary-counts.ts';
import { cohenKappa } from './cohen-kappa.ts';
import { confusionMatrix, normalizeConfusionMatrix, seenClasses, selectClasses } from './confusion-matrix.ts';
import { jaccard } from './jaccard.ts';
import { matthews } from './matthews.ts';
import { precisionRecallFbeta } from './precision-recall-fbeta.ts';
import { hammingLoss } from './set-accuracy.ts';

interface GoldenAverage {
  precision: number;
  recall: number;
  fbeta: number;
}

interface GoldenPrf {
  per_class: { precision: number[]; recall: number[]; fbeta: number[]; support: number[] };
  micro: GoldenAverage;
  macro: GoldenAverage;
  weighted: GoldenAverage;
}

interface GoldenJaccard {
  per_class: number[];
  micro: number;
  macro: number;
  weighted: number;
}

type GoldenLine = Record<'precision' | 'recall' | 'f1-score' | 'support', number>;

interface GoldenCase {
  name: string;
  truth: number[];
  predicted: number[];
  labels: number[];
  sample_weight: number[] | null;
  accuracy: number;
  accuracy_count: number;
  balanced_accuracy: number;
  balanced_accuracy_adjusted: number;
  matthews: number;
  cohen_kappa: number;
  cohen_kappa_linear: number;
  cohen_kappa_quadratic: number;
  hamming: number;
  zero_one: number;
  confusion_matrix: number[][];
  confusion_matrix_labels_seen_only: number[][];
  confusion_matrix_normalized_true: number[][];
  confusion_matrix_normalized_pred: number[][];
  confusion_matrix_normalized_all: number[][];
  multilabel_confusion_matrix: number[][][];
  prf_zero_division_0: GoldenPrf;
  prf_zero_division_1: GoldenPrf;
  prf_labels_seen_only: GoldenPrf;
  'fbeta_0.5': GoldenPrf;
  fbeta_2: GoldenPrf;
  jaccard_zero_division_0: GoldenJaccard;
  jaccard_zero_division_1: GoldenJaccard;
  report_zero_division_0: Record<string, GoldenLine | number>;
  report_zero_division_1: Record<string, GoldenLine | number>;
  report_labels_seen_only: Record<string, GoldenLine | number>;
}

const { cases } = readGolden<{ cases: GoldenCase[] }>('single-label');

function expectPrf(actual: ReturnType<typeof precisionRecallFbeta>, expected: GoldenPrf): void {
  for (const field of ['precision', 'recall', 'fbeta'] as const) {
    expectClose(actual.perLabel[field], expected.per_class[field]);
    for (const average of ['micro', 'macro', 'weighted'] as const) {
      expectClose(actual[average][field], expected[average][field]);
    }
  }
  expectClose(actual.perLabel.support, expected.per_class.support);
}

function expectJaccard(actual: ReturnType<typeof jaccard>, expected: GoldenJaccard): void {
  expectClose(actual.perLabel, expected.per_class);
  for (const average of ['micro', 'macro', 'weighted'] as const) expectClose(actual[average], expected[average]);
}

function expectLine(actual: ReportFigures | undefined, expected: GoldenLine | number | undefined): void {
  if (typeof expected !== 'object') throw new Error('no such line');
  expectClose(actual?.f1 ?? NaN, expected['f1-score']);
  for (const field of ['precision', 'recall', 'support'] as const) expectClose(actual?.[field] ?? NaN, expected[field]);
}

function expectReport(
  counts: BinaryCounts,
  names: string[],
  expected: Record<string, GoldenLine | number>,
  zeroDivision: 0 | 1,
): void {
  const report = classificationReport({ labels: names, counts, zeroDivision });
  expect(Object.keys(expected)).toEqual([...names, 'accuracy', 'macro avg', 'weighted avg']);
  for (const row of report.rows) expectLine(row, expected[row.label]);
  expectLine(report.macro, expected['macro avg']);
  expectLine(report.weighted, expected['weighted avg']);
  expectClose(report.micro.f1, Number(expected['accuracy']));
  expect(report.samples).toBeUndefined();
}

describe.each(cases)('scikit-learn on $name', (golden) => {
  const sampleWeights = golden.sample_weight ?? undefined;
  const matrix = confusionMatrix({ ...golden, classCount: golden.labels.length, sampleWeights });
  const seen = seenClasses(matrix);
  const counts = countsPerClass(matrix);
  const seenCounts = countsPerClass(selectClasses(matrix, seen));

  it('gives the same shares of right answers', () => {
    expectClose(accuracy(matrix), golden.accuracy);
    expectClose(1 - accuracy(matrix), golden.zero_one);
    expectClose(1 - accuracy(matrix), golden.hamming);
    const unweighted = confusionMatrix({ ...golden, classCount: golden.labels.length });
    expectClose(accuracy(unweighted) * golden.truth.length, golden.accuracy_count);
    expectClose(balancedAccuracy(matrix), golden.balanced_accuracy);
    expectClose(balancedAccuracy(matrix, { adjusted: true }), golden.balanced_accuracy_adjusted);
  });

  it('gives the same correlation and agreement', () => {
    expectClose(matthews(matrix), golden.matthews);
    expectClose(cohenKappa(matrix), golden.cohen_kappa);
    expectClose(cohenKappa(matrix, { weighting: 'linear' }), golden.cohen_kappa_linear);
    expectClose(cohenKappa(matrix, { weighting: 'quadratic' }), golden.cohen_kappa_quadratic);
  });

  it('gives the same confusion matrices', () => {
    expectClose(matrix.counts, golden.confusion_matrix.flat());
    expectClose(selectClasses(matrix, seen).counts, golden.confusion_matrix_labels_seen_only.flat());
    expectClose(normalizeConfusionMatrix(matrix, 'truth').counts, golden.confusion_matrix_normalized_true.flat());
    expectClose(normalizeConfusionMatrix(matrix, 'predicted').counts, golden.confusion_matrix_normalized_pred.flat());
    expectClose(normalizeConfusionMatrix(matrix, 'all').counts, golden.confusion_matrix_normalized_all.flat());
    const { trueNegatives, falsePositives, falseNegatives, truePositives } = counts;
    [trueNegatives, falsePositives, falseNegatives, truePositives].forEach((values, position) => {
      expectClose(
        values,
        golden.multilabel_confusion_matrix.map((two) => two.flat()[position] ?? NaN),
      );
    });
  });

  it('gives the same precision, recall and F', () => {
    expectPrf(precisionRecallFbeta(counts), golden.prf_zero_division_0);
    expectPrf(precisionRecallFbeta(counts, { zeroDivision: 1 }), golden.prf_zero_division_1);
    expectPrf(precisionRecallFbeta(seenCounts), golden.prf_labels_seen_only);
    expectPrf(precisionRecallFbeta(counts, { beta: 0.5 }), golden['fbeta_0.5']);
    expectPrf(precisionRecallFbeta(counts, { beta: 2 }), golden.fbeta_2);
  });

  it('gives the same Jaccard similarity', () => {
    expectJaccard(jaccard(counts), golden.jaccard_zero_division_0);
    expectJaccard(jaccard(counts, { zeroDivision: 1 }), golden.jaccard_zero_division_1);
  });

  it('gives the same report', () => {
    const names = golden.labels.map((label) => `class ${label}`);
    expectReport(counts, names, golden.report_zero_division_0, 0);
    expectReport(counts, names, golden.report_zero_division_1, 1);
    expectReport(seenCounts, seen.map(String), golden.report_labels_seen_only, 0);
  });

  it('counts wrong decisions consistently', () => {
    const wrongPerClass = hammingLoss(counts) * golden.labels.length;
    expectClose(wrongPerClass, 2 * golden.zero_one);
  });
});
