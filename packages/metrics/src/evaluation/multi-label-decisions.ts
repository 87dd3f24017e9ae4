import type { JsonObject, Matrix, MultiLabelTargets } from '@polyhead/types';
import { countsPerLabel, countsPerRow } from '../classification/binary-counts.ts';
import { averageFbeta, fbetaFigures, precisionRecallFbeta } from '../classification/precision-recall-fbeta.ts';
import { hammingLoss, subsetAccuracy } from '../classification/set-accuracy.ts';
import { applyThresholds } from '../thresholds/apply-thresholds.ts';
import { labelFiguresAt, namedAverage, type LabelFigures } from './label-figures.ts';

/** Figures of one label at its threshold. */
export interface ThresholdedLabelFigures extends LabelFigures {
  readonly threshold: number;
}

/** Figures about decided labels, as plain JSON. */
export interface MultiLabelDecisionFigures extends JsonObject {
  /** Share of the rows whose whole set of labels is right. */
  readonly accuracy: number;
  readonly hamming_loss: number;
  /** Averages are over all labels, also those without positives. */
  readonly macro_f1: number;
  readonly micro_f1: number;
  readonly weighted_f1: number;
  readonly samples_f1: number;
  readonly macro_precision: number;
  readonly macro_recall: number;
  readonly micro_precision: number;
  readonly micro_recall: number;
  readonly weighted_precision: number;
  readonly weighted_recall: number;
  readonly samples_precision: number;
  readonly samples_recall: number;
  readonly per_label: Readonly<Record<string, ThresholdedLabelFigures>>;
}

/** Figures of the decisions that these thresholds `[labels]` make. The input has been checked. */
export function multiLabelDecisionFigures(
  targets: MultiLabelTargets,
  scores: Matrix,
  thresholds: Float64Array,
): MultiLabelDecisionFigures {
  const { labels, indicators: truth } = targets;
  const decided = { truth, predicted: applyThresholds(scores, thresholds), labelCount: labels.length };
  const counts = countsPerLabel(decided);
  const { perLabel, micro, macro, weighted } = precisionRecallFbeta(counts);
  const samples = averageFbeta(fbetaFigures(countsPerRow(decided)));
  return {
    accuracy: subsetAccuracy(decided),
    hamming_loss: hammingLoss(counts),
    ...namedAverage('macro', macro),
    ...namedAverage('micro', micro),
    ...namedAverage('weighted', weighted),
    ...namedAverage('samples', samples),
    per_label: Object.fromEntries(
      labels.map((label, index) => [
        label,
        { ...labelFiguresAt(perLabel, index), threshold: thresholds[index] ?? NaN },
      ]),
    ),
  };
}
