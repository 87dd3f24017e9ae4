import type { JsonObject, Matrix, MultiLabelTargets } from '@polyhead/types';
import { binaryBrierScore } from '../classification/brier.ts';
import { binaryLogLoss } from '../classification/log-loss.ts';
import { areProbabilities } from '../input-checks.ts';
import type { IndicatorScores } from '../input-types.ts';
import { areaOfCurve, averagePrecisionOfCurve, curveOfSplit, splitAndSort } from '../kernels/binary-curve.ts';
import { copyColumn } from '../kernels/rows.ts';
import { meanOf } from '../kernels/sums.ts';
import { assertMultiLabelScores } from '../target-checks.ts';
import { thresholdsInOrder } from '../thresholds/apply-thresholds.ts';
import { toFigure, type Figure } from './figure.ts';
import { multiLabelDecisionFigures, type MultiLabelDecisionFigures } from './multi-label-decisions.ts';

/** What a multi-label head is evaluated on. */
export interface EvaluateMultiLabelInput {
  readonly targets: MultiLabelTargets;
  /** `[rows, labels]`: probabilities; with decision values the figures about probabilities are null. */
  readonly scores: Matrix;
  /** `[rows, labels]`: what the scores were before they were calibrated, for figures beside those after. */
  readonly uncalibrated?: Matrix | undefined;
  /** By label, tuned on validation data; labels without one have 0.5. */
  readonly thresholds?: Readonly<Record<string, number>> | undefined;
}

/**
 * Every figure of a multi-label head, as plain JSON. The decision figures at top level are those at the tuned
 * thresholds if there are any, else those at 0.5.
 */
export interface MultiLabelEvaluation extends MultiLabelDecisionFigures {
  readonly task: 'multi-label';
  readonly rows: number;
  /** Figures at the tuned thresholds. */
  readonly tuned?: MultiLabelDecisionFigures;
  readonly 'at_0.5': MultiLabelDecisionFigures;
  readonly thresholds?: Readonly<Record<string, number>>;
  /** Plain mean over labels; null if the truth of a label is all of one kind. */
  readonly roc_auc_macro: Figure;
  readonly average_precision_macro: Figure;
  /** Mean over all single decisions, one a row and label. */
  readonly log_loss: Figure;
  /** Before calibration. */
  readonly log_loss_uncalibrated?: Figure;
  /** Mean over all single decisions, one a row and label. */
  readonly brier: Figure;
  readonly ranking_per_label: Readonly<Record<string, LabelRankingFigures>>;
}

/** How well one label's scores rank its examples, whatever the threshold. */
export interface LabelRankingFigures extends JsonObject {
  /** Null if the truth is all of one kind. */
  readonly roc_auc: Figure;
  /** Null without positives. */
  readonly average_precision: Figure;
}

/**
 * Evaluates scores of a multi-label head at 0.5 and, if given, at tuned thresholds. A label applies if its score is at
 * least its threshold.
 * @throws {PolyheadError} TOO_FEW_EXAMPLES, SHAPE_MISMATCH, INVALID_ARGUMENT, NOT_FINITE, UNKNOWN_LABEL
 */
export function evaluateMultiLabel(input: EvaluateMultiLabelInput): MultiLabelEvaluation {
  const { targets, scores, uncalibrated, thresholds } = input;
  assertMultiLabelScores(targets, scores);
  if (uncalibrated !== undefined) assertMultiLabelScores(targets, uncalibrated);
  const { labels } = targets;
  const atDefault = multiLabelDecisionFigures(targets, scores, thresholdsInOrder(labels));
  const ranking = rankingFigures({ truth: targets.indicators, scores: scores.data, labelCount: labels.length });
  const head = { task: 'multi-label', rows: scores.rows } as const;
  const tail = {
    'at_0.5': atDefault,
    roc_auc_macro: toFigure(meanOf(ranking.areas)),
    average_precision_macro: toFigure(meanOf(ranking.precisions)),
    ...probabilityFigures(targets, scores),
    ...(uncalibrated === undefined
      ? {}
      : { log_loss_uncalibrated: probabilityFigures(targets, uncalibrated).log_loss }),
    ranking_per_label: Object.fromEntries(labels.map((label, index) => [label, ranking.perLabel(index)])),
  };
  if (thresholds === undefined) return { ...head, ...atDefault, ...tail };
  const inOrder = thresholdsInOrder(labels, thresholds);
  const tuned = multiLabelDecisionFigures(targets, scores, inOrder);
  const named = Object.fromEntries(labels.map((label, index) => [label, inOrder[index] ?? NaN]));
  return { ...head, ...tuned, tuned, ...tail, thresholds: named };
}

interface RankingFigures {
  readonly areas: Float64Array;
  readonly precisions: Float64Array;
  readonly perLabel: (index: number) => LabelRankingFigures;
}

/** ROC AUC and average precision from one sort a label. */
function rankingFigures({ truth, scores, labelCount }: IndicatorScores): RankingFigures {
  const areas = new Float64Array(labelCount);
  const precisions = new Float64Array(labelCount);
  const hasPositives = new Uint8Array(labelCount);
  for (let label = 0; label < labelCount; label++) {
    const split = splitAndSort(copyColumn(truth, labelCount, label), copyColumn(scores, labelCount, label));
    const curve = curveOfSplit(split);
    areas[label] = areaOfCurve(curve);
    precisions[label] = averagePrecisionOfCurve(curve);
    hasPositives[label] = split.positives.length > 0 ? 1 : 0;
  }
  const perLabel = (index: number): LabelRankingFigures => ({
    roc_auc: toFigure(areas[index] ?? NaN),
    average_precision: hasPositives[index] === 1 ? toFigure(precisions[index] ?? NaN) : null,
  });
  return { areas, precisions, perLabel };
}

function probabilityFigures(
  { indicators: truth }: MultiLabelTargets,
  { data: scores }: Matrix,
): { readonly log_loss: Figure; readonly brier: Figure } {
  if (!areProbabilities(scores)) return { log_loss: null, brier: null };
  return { log_loss: binaryLogLoss({ truth, scores }), brier: binaryBrierScore({ truth, scores }) };
}
