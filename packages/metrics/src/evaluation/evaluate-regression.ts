import type { JsonObject, RegressionTargets } from '@polyhead/types';
import { kendall, pearson, spearman } from '../regression/correlation.ts';
import { maximumError, meanAbsoluteError, meanSquaredError } from '../regression/errors.ts';
import { explainedVariance, rSquared } from '../regression/explained-variance.ts';
import { assertRegressionValues } from '../target-checks.ts';
import { toFigure, type Figure } from './figure.ts';

/** What a regression head is evaluated on. */
export interface EvaluateRegressionInput {
  readonly targets: RegressionTargets;
  /** `[rows]` predicted values. */
  readonly values: ArrayLike<number>;
}

/** Every figure of a regression head, as plain JSON. */
export interface RegressionEvaluation extends JsonObject {
  readonly task: 'regression';
  readonly rows: number;
  readonly mse: number;
  readonly rmse: number;
  readonly mae: number;
  readonly max_error: number;
  readonly r2: Figure;
  readonly explained_variance: Figure;
  readonly pearson: Figure;
  readonly spearman: Figure;
  readonly kendall: Figure;
}

/**
 * Evaluates the values of a regression head.
 * @throws {PolyheadError} TOO_FEW_EXAMPLES, SHAPE_MISMATCH, NOT_FINITE
 */
export function evaluateRegression({ targets, values }: EvaluateRegressionInput): RegressionEvaluation {
  assertRegressionValues(targets, values);
  const input = { truth: targets.values, predicted: values };
  const mse = meanSquaredError(input);
  return {
    task: 'regression',
    rows: targets.values.length,
    mse,
    rmse: Math.sqrt(mse),
    mae: meanAbsoluteError(input),
    max_error: maximumError(input),
    r2: toFigure(rSquared(input)),
    explained_variance: toFigure(explainedVariance(input)),
    pearson: values.length < 2 ? null : toFigure(pearson(input)),
    spearman: toFigure(spearman(input)),
    kendall: toFigure(kendall(input)),
  };
}
