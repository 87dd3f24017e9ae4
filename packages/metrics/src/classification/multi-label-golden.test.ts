import { describe, expect, it } from 'vitest';
import { expectClose } from '../test-support/expect-close.ts';
import { readGolden } from '../test-support/golden.ts';
import { classificationReport, type ReportFigures } from '../reports/classification-report.ts';
import { countsPerLabel, countsPerRow, type BinaryCounts } from './binary-counts.ts';
import { jaccard, samplesJaccard } from './jaccard.ts';
import { averageFbeta, fbetaFigures, precisionRecallFbeta, type FbetaOptions } from './precision-recall-fbeta.ts';
import { hammingLoss, subsetAccuracy } from './set-accuracy.ts';

type GoldenAverage = Record<'precision' | 'recall' | 'fbeta', number>;
type GoldenLine = Record<'precision' | 'recall' | 'f1-score' | 'support', number>;

interface GoldenPrf extends Record<'micro' | 'macro' | 'weighted' | 'samples', GoldenAverage> {
  per_class: Record<'precision' | 'recall' | 'fbeta' | 'support', number[]>;
}

interface GoldenJaccard extends Record<'micro' | 'macro' | 'weighted' | 'samples', number> {
  per_class: number[];
}

interface GoldenCase {
  name: string;
  truth: number[][];
  predicted: number[][];
  sample_weight: number[] | null;
  subset_accuracy: number;
  hamming: number;
  multilabel_confusion_matrix: number[][][];
  multilabel_confusion_matrix_samplewise: number[][][];
  prf_zero_division_0: GoldenPrf;
  prf_zero_division_1: GoldenPrf;
  fbeta_2: GoldenPrf;
  jaccard_zero_division_0: GoldenJaccard;
  jaccard_zero_division_1: GoldenJaccard;
  report_zero_division_0: Record<string, GoldenLine>;
  report_zero_division_1: Record<string, GoldenLine>;
}

const { cases } = readGolden<{ cases: GoldenCase[] }>('multi-label');

function expectCounts(actual: BinaryCounts, expected: number[][][]): void {
  const { trueNegatives, falsePositives, falseNegatives, truePositives } = actual;
  [trueNegatives, falsePositives, falseNegatives, truePositives].forEach((values, position) => {
    expectClose(
      values,
      expected.map((two) => two.flat()[position] ?? NaN),
    );
  });
}

describe.each(cases)('scikit-learn on $name', (golden) => {
  const sampleWeights = golden.sample_weight ?? undefined;
  const labelCount = golden.truth[0]?.length ?? 0;
  const input = { truth: golden.truth.flat(), predicted: golden.predicted.flat(), labelCount, sampleWeights };
  const counts = countsPerLabel(input);
  const rowCounts = countsPerRow(input);

  function expectPrf(options: FbetaOptions, expected: GoldenPrf): void {
    const actual = {
      ...precisionRecallFbeta(counts, options),
      samples: averageFbeta(fbetaFigures(rowCounts, options), sampleWeights),
    };
    for (const field of ['precision', 'recall', 'fbeta'] as const) {
      expectClose(actual.perLabel[field], expected.per_class[field]);
      for (const average of ['micro', 'macro', 'weighted', 'samples'] as const) {
        expectClose(actual[average][field], expected[average][field]);
      }
    }
    expectClose(actual.perLabel.support, expected.per_class.support);
  }

  function expectJaccard(zeroDivision: 0 | 1, expected: GoldenJaccard): void {
    const actual = jaccard(counts, { zeroDivision });
    expectClose(actual.perLabel, expected.per_class);
    for (const average of ['micro', 'macro', 'weighted'] as const) expectClose(actual[average], expected[average]);
    expectClose(samplesJaccard(rowCounts, { zeroDivision, sampleWeights }), expected.samples);
  }

  function expectReport(zeroDivision: 0 | 1, expected: Record<string, GoldenLine>): void {
    const labels = Array.from({ length: labelCount }, (_, index) => String(index));
    const report = classificationReport({ labels, counts, rowCounts, sampleWeights, zeroDivision });
    const lines: Record<string, ReportFigures | undefined> = Object.fromEntries(
      report.rows.map((row) => [row.label, row]),
    );
    for (const average of ['micro', 'macro', 'weighted', 'samples'] as const) lines[`${average} avg`] = report[average];
    expect(Object.keys(lines).sort()).toEqual(Object.keys(expected).sort());
    for (const [name, line] of Object.entries(expected)) {
      expectClose(lines[name]?.f1 ?? NaN, line['f1-score']);
      for (const field of ['precision', 'recall', 'support'] as const)
        expectClose(lines[name]?.[field] ?? NaN, line[field]);
    }
  }

  it('gives the same accuracy, loss and counts', () => {
    expectClose(subsetAccuracy(input), golden.subset_accuracy);
    expectClose(hammingLoss(counts), golden.hamming);
    expectCounts(counts, golden.multilabel_confusion_matrix);
    expectCounts(rowCounts, golden.multilabel_confusion_matrix_samplewise);
  });

  it('gives the same precision, recall and F', () => {
    expectPrf({}, golden.prf_zero_division_0);
    expectPrf({ zeroDivision: 1 }, golden.prf_zero_division_1);
    expectPrf({ beta: 2 }, golden.fbeta_2);
  });

  it('gives the same Jaccard similarity', () => {
    expectJaccard(0, golden.jaccard_zero_division_0);
    expectJaccard(1, golden.jaccard_zero_division_1);
  });

  it('gives the same report', () => {
    expectReport(0, golden.report_zero_division_0);
    expectReport(1, golden.report_zero_division_1);
  });
});
