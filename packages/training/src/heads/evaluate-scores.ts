import {
  evaluateMultiLabel,
  evaluateRegression,
  evaluateSingleLabel,
  type MultiLabelEvaluation,
  type RegressionEvaluation,
  type SingleLabelEvaluation,
} from '@polyhead/metrics';
import { applyActivation } from '@polyhead/heads';
import type { FittedHead, Matrix, Targets } from '@polyhead/types';

/** The figures of one head on one set of rows. */
export type Evaluation = SingleLabelEvaluation | MultiLabelEvaluation | RegressionEvaluation;

/** `[rows, labels]` probabilities, or values for regression. */
export function scoreEmbeddings(head: FittedHead, embeddings: Matrix): Matrix {
  return applyActivation(head.logits(embeddings), head.activation);
}

/** All figures that fit the task. */
export function evaluateScores(
  targets: Targets,
  scores: Matrix,
  thresholds?: Readonly<Record<string, number>>,
): Evaluation {
  switch (targets.task) {
    case 'single-label':
      return evaluateSingleLabel({ targets, scores });
    case 'multi-label':
      return evaluateMultiLabel({ targets, scores, ...(thresholds === undefined ? {} : { thresholds }) });
    case 'regression':
      return evaluateRegression({ targets, values: Float64Array.from(scores.data) });
  }
}
