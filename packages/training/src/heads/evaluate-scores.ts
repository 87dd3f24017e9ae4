import {
  evaluateMultiLabel,
  evaluateRegression,
  evaluateSingleLabel,
  type MultiLabelEvaluation,
  type RegressionEvaluation,
  type SingleLabelEvaluation,
} from '@polyhead/metrics';
import { applyActivation, scoreLogits } from '@polyhead/heads';
import type { ModelHead } from '@polyhead/model';
import type { Matrix, Targets } from '@polyhead/types';

/** The figures of one head on one set of rows. */
export type Evaluation = SingleLabelEvaluation | MultiLabelEvaluation | RegressionEvaluation;

/** What is known about scores beside themselves. */
export interface EvaluateScoresOptions {
  /** Of multi-label heads. @default 0.5 each */
  readonly thresholds?: Readonly<Record<string, number>> | undefined;
  /** `[rows, labels]`: the scores before they were calibrated. @default they are not */
  readonly uncalibrated?: Matrix | undefined;
  /** Of single-label heads. @default the head always answers */
  readonly abstainBelow?: number | undefined;
}

/** All figures that fit the task. */
export function evaluateScores(
  targets: Targets,
  scores: Matrix,
  { thresholds, uncalibrated, abstainBelow }: EvaluateScoresOptions = {},
): Evaluation {
  switch (targets.task) {
    case 'single-label':
      return evaluateSingleLabel({ targets, scores, uncalibrated, abstainBelow });
    case 'multi-label':
      return evaluateMultiLabel({ targets, scores, uncalibrated, thresholds });
    case 'regression':
      return evaluateRegression({ targets, values: Float64Array.from(scores.data) });
  }
}

/** A head with everything that its decisions depend on. */
export type DecidingHead = Omit<ModelHead, 'name'>;

/**
 * The scores of a head with their figures, beside those before calibration if it is calibrated.
 * @param logits `[rows, labels]` of the head
 */
export function evaluateHead(
  head: DecidingHead,
  { targets, logits }: { readonly targets: Targets; readonly logits: Matrix },
): { readonly scores: Matrix; readonly evaluation: Evaluation } {
  const { fitted, thresholds, calibration, abstention } = head;
  const scores = scoreLogits(logits, fitted, calibration?.temperature);
  const evaluation = evaluateScores(targets, scores, {
    thresholds: thresholds?.tuned,
    uncalibrated: calibration === undefined ? undefined : applyActivation(logits, fitted.activation),
    abstainBelow: abstention?.threshold,
  });
  return { scores, evaluation };
}
