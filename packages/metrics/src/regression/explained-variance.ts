import type { ValuePredictions } from '../input-types.ts';
import { isConstant } from '../kernels/scans.ts';
import { meanOf } from '../kernels/sums.ts';
import { assertValuePredictions, residualsOf } from './checks.ts';

/**
 * Coefficient of determination, 1 - (squared errors / squared distances from the mean). At most 1. NaN for a single
 * example; where truth is constant, 1 if the predictions are exact and else 0.
 * @throws {PolyheadError} TOO_FEW_EXAMPLES, SHAPE_MISMATCH, INVALID_ARGUMENT, NOT_FINITE
 */
export function rSquared(input: ValuePredictions): number {
  assertValuePredictions(input);
  if (input.truth.length < 2) return NaN;
  const unexplained = meanOf(
    residualsOf(input).map((error) => error * error),
    input.sampleWeights,
  );
  return explainedShare(unexplained, input);
}

/**
 * As `rSquared`, but a constant offset of the predictions is not held against them.
 * @throws {PolyheadError} TOO_FEW_EXAMPLES, SHAPE_MISMATCH, INVALID_ARGUMENT, NOT_FINITE
 */
export function explainedVariance(input: ValuePredictions): number {
  assertValuePredictions(input);
  return explainedShare(varianceOf(residualsOf(input), input.sampleWeights), input);
}

function explainedShare(unexplained: number, { truth, sampleWeights }: ValuePredictions): number {
  if (unexplained === 0) return 1;
  if (isConstant(truth)) return 0;
  return 1 - unexplained / varianceOf(Float64Array.from(truth), sampleWeights);
}

function varianceOf(values: Float64Array, weights: ArrayLike<number> | undefined): number {
  if (isConstant(values)) return 0;
  const mean = meanOf(values, weights);
  return meanOf(
    values.map((value) => (value - mean) * (value - mean)),
    weights,
  );
}
