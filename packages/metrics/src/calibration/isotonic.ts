import type { BinaryScores } from '../input-types.ts';
import { assertEnoughExamples } from '../input-checks.ts';
import { fitNonDecreasing, interpolate, withoutInnerPoints } from '../kernels/isotonic-regression.ts';
import { assertBinaryScores } from '../score-checks.ts';

/** A fitted non-decreasing function from scores to probabilities: straight between its points, level outside. */
export interface IsotonicFit {
  /** `[points]`, ascending scores. */
  readonly scores: Float64Array;
  /** `[points]`, ascending probabilities. */
  readonly probabilities: Float64Array;
}

/**
 * Fits the non-decreasing function from scores to probabilities with the least (weighted) squared error, by pooling
 * adjacent violators. Equal scores are merged first.
 * @throws {PolyheadError} TOO_FEW_EXAMPLES, SHAPE_MISMATCH, INVALID_ARGUMENT, NOT_FINITE
 */
export function fitIsotonic(input: BinaryScores): IsotonicFit {
  assertBinaryScores(input);
  const fitted = fitNonDecreasing(input.scores, input.truth, input.sampleWeights);
  assertEnoughExamples(fitted.x.length);
  const { x, y } = withoutInnerPoints(fitted);
  return { scores: x, probabilities: y };
}

/** Probabilities of scores, `[scores]`. */
export function applyIsotonic(fit: IsotonicFit, scores: ArrayLike<number>): Float64Array {
  const points = { x: fit.scores, y: fit.probabilities };
  return Float64Array.from(scores, (score) => interpolate(points, score));
}
