import type { JsonObject, Matrix, SingleLabelTargets } from '@polyhead/types';
import { expectedCalibrationError, type ConfidenceInput } from '../calibration/expected-calibration-error.ts';
import { selectiveAccuracy } from '../abstention/selective-accuracy.ts';
import { accuracy, balancedAccuracy } from '../classification/accuracy.ts';
import { countsPerClass } from '../classification/binary-counts.ts';
import { brierScore } from '../classification/brier.ts';
import { cohenKappa } from '../classification/cohen-kappa.ts';
import { confusionMatrix, seenClasses, selectClasses, toNestedCounts } from '../classification/confusion-matrix.ts';
import { logLoss } from '../classification/log-loss.ts';
import { matthews } from '../classification/matthews.ts';
import { fbetaFigures, precisionRecallFbeta } from '../classification/precision-recall-fbeta.ts';
import { topKAccuracy } from '../classification/top-k-accuracy.ts';
import { areProbabilities } from '../input-checks.ts';
import type { ClassScores } from '../input-types.ts';
import { argMaxRows } from '../kernels/rows.ts';
import { oneVsRestRocAuc } from '../ranking/multi-class-roc-auc.ts';
import { assertSingleLabelScores } from '../target-checks.ts';
import { confidenceOf } from './confidence.ts';
import { toFigure, type Figure } from './figure.ts';
import { labelFiguresAt, namedAverage, type LabelFigures } from './label-figures.ts';

/** What a single-label head is evaluated on. */
export interface EvaluateSingleLabelInput {
  readonly targets: SingleLabelTargets;
  /** `[rows, labels]`: probabilities; with decision values the figures about probabilities are null. */
  readonly scores: Matrix;
  /** `[rows, labels]`: what the scores were before they were calibrated, for figures beside those after. */
  readonly uncalibrated?: Matrix | undefined;
  /** The score of the best label below which the head abstains. All other figures count those rows as answered. */
  readonly abstainBelow?: number | undefined;
}

/** Every figure of a single-label head, as plain JSON. */
export interface SingleLabelEvaluation extends JsonObject {
  readonly task: 'single-label';
  readonly rows: number;
  readonly accuracy: number;
  readonly balanced_accuracy: number;
  /** Averages are over the labels that occur in truth or predictions. */
  readonly macro_f1: number;
  readonly micro_f1: number;
  readonly weighted_f1: number;
  readonly macro_precision: number;
  readonly macro_recall: number;
  readonly micro_precision: number;
  readonly micro_recall: number;
  readonly weighted_precision: number;
  readonly weighted_recall: number;
  readonly mcc: number;
  readonly kappa: Figure;
  readonly log_loss: Figure;
  readonly brier: Figure;
  /** One label against the rest, plain mean; null if a label is absent from truth. */
  readonly roc_auc_macro: Figure;
  readonly ece: Figure;
  /** Before calibration. */
  readonly log_loss_uncalibrated?: Figure;
  /** Before calibration. */
  readonly ece_uncalibrated?: Figure;
  /** Share of the rows that a head that may abstain answers. */
  readonly coverage?: number;
  /** Accuracy of the rows that a head that may abstain answers; null if it answers none. */
  readonly answered_accuracy?: Figure;
  readonly top_3_accuracy: number;
  readonly per_label: Readonly<Record<string, LabelFigures>>;
  /** Rows of `counts` are true labels. */
  readonly confusion_matrix: { readonly labels: readonly string[]; readonly counts: readonly (readonly number[])[] };
}

/**
 * Evaluates scores of a single-label head; the label with the greatest score is the prediction (the first of equals).
 * @throws {PolyheadError} TOO_FEW_EXAMPLES, SHAPE_MISMATCH, INVALID_ARGUMENT, NOT_FINITE
 */
export function evaluateSingleLabel(input: EvaluateSingleLabelInput): SingleLabelEvaluation {
  const { targets, scores, uncalibrated, abstainBelow } = input;
  assertSingleLabelScores(targets, scores);
  if (uncalibrated !== undefined) assertSingleLabelScores(targets, uncalibrated);
  const { labels, classIndices: truth } = targets;
  const predicted = argMaxRows(scores.data, scores.columns);
  const matrix = confusionMatrix({ truth, predicted, classCount: labels.length });
  const averages = precisionRecallFbeta(countsPerClass(selectClasses(matrix, seenClasses(matrix))));
  const perLabel = fbetaFigures(countsPerClass(matrix));
  const classScores = { truth, scores: scores.data, classCount: labels.length };
  return {
    task: 'single-label',
    rows: scores.rows,
    accuracy: accuracy(matrix),
    balanced_accuracy: balancedAccuracy(matrix),
    ...namedAverage('macro', averages.macro),
    ...namedAverage('micro', averages.micro),
    ...namedAverage('weighted', averages.weighted),
    mcc: matthews(matrix),
    kappa: toFigure(cohenKappa(matrix)),
    ...probabilityFigures(classScores, predicted),
    ...(uncalibrated === undefined
      ? {}
      : uncalibratedFigures({ ...classScores, scores: uncalibrated.data }, predicted)),
    ...(abstainBelow === undefined ? {} : abstentionFigures(confidenceOf(classScores, predicted), abstainBelow)),
    roc_auc_macro: toFigure(oneVsRestRocAuc(classScores)),
    top_3_accuracy: topKAccuracy(classScores, 3),
    per_label: Object.fromEntries(labels.map((label, index) => [label, labelFiguresAt(perLabel, index)])),
    confusion_matrix: { labels, counts: toNestedCounts(matrix) },
  };
}

function probabilityFigures(
  input: ClassScores,
  predicted: Int32Array,
): { readonly log_loss: Figure; readonly brier: Figure; readonly ece: Figure } {
  if (!areProbabilities(input.scores)) return { log_loss: null, brier: null, ece: null };
  return {
    log_loss: logLoss(input),
    brier: brierScore(input),
    ece: expectedCalibrationError(confidenceOf(input, predicted)),
  };
}

function uncalibratedFigures(
  input: ClassScores,
  predicted: Int32Array,
): Pick<SingleLabelEvaluation, 'log_loss_uncalibrated' | 'ece_uncalibrated'> {
  const { log_loss, ece } = probabilityFigures(input, predicted);
  return { log_loss_uncalibrated: log_loss, ece_uncalibrated: ece };
}

function abstentionFigures(
  confidence: ConfidenceInput,
  abstainBelow: number,
): Pick<SingleLabelEvaluation, 'coverage' | 'answered_accuracy'> {
  const { coverage, accuracy: ofAnswered } = selectiveAccuracy(confidence, abstainBelow);
  return { coverage, answered_accuracy: toFigure(ofAnswered) };
}
