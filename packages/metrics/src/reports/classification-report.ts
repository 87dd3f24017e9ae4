import type { ZeroDivision } from '../input-types.ts';
import { assertLength } from '../input-checks.ts';
import type { BinaryCounts } from '../classification/binary-counts.ts';
import {
  averageFbeta,
  fbetaFigures,
  precisionRecallFbeta,
  type FbetaAverage,
} from '../classification/precision-recall-fbeta.ts';
import { sumOf } from '../kernels/sums.ts';

/** One line of a report. */
export interface ReportFigures {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** Positives in truth, over all labels for an average. */
  readonly support: number;
}

/** The line of one label. */
export interface ReportRow extends ReportFigures {
  readonly label: string;
}

/** Figures of every label and their averages, as data. */
export interface ClassificationReport {
  /** In label order. */
  readonly rows: readonly ReportRow[];
  /** Equals the accuracy where every example has one class and every class is listed. */
  readonly micro: ReportFigures;
  readonly macro: ReportFigures;
  readonly weighted: ReportFigures;
  /** Only if counts per row were given. */
  readonly samples: ReportFigures | undefined;
}

/** What a report is made from. */
export interface ClassificationReportInput {
  readonly labels: readonly string[];
  /** One a label, from `countsPerClass` or `countsPerLabel`. */
  readonly counts: BinaryCounts;
  /** One a row, from `countsPerRow`, for the `samples` average of multi-label data. */
  readonly rowCounts?: BinaryCounts | undefined;
  /** `[rows]`, for the `samples` average. @default 1 for every row */
  readonly sampleWeights?: ArrayLike<number> | undefined;
  /** What 0 / 0 counts as. @default 0 */
  readonly zeroDivision?: ZeroDivision;
}

/**
 * Precision, recall, F1 and support of every label, with averages.
 * @throws {PolyheadError} SHAPE_MISMATCH, NOT_FINITE, INVALID_ARGUMENT
 */
export function classificationReport(input: ClassificationReportInput): ClassificationReport {
  const { labels, counts, rowCounts, sampleWeights, zeroDivision = 0 } = input;
  assertLength('counts', counts.truePositives, labels.length);
  const { perLabel, micro, macro, weighted } = precisionRecallFbeta(counts, { zeroDivision });
  const support = sumOf(perLabel.support);
  const lineOf = (average: FbetaAverage): ReportFigures => {
    return { precision: average.precision, recall: average.recall, f1: average.fbeta, support };
  };
  return {
    rows: labels.map((label, index) => ({
      label,
      precision: perLabel.precision[index] ?? 0,
      recall: perLabel.recall[index] ?? 0,
      f1: perLabel.fbeta[index] ?? 0,
      support: perLabel.support[index] ?? 0,
    })),
    micro: lineOf(micro),
    macro: lineOf(macro),
    weighted: lineOf(weighted),
    samples: rowCounts && lineOf(averageFbeta(fbetaFigures(rowCounts, { zeroDivision }), sampleWeights)),
  };
}
