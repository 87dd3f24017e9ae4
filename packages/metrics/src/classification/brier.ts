import type { BinaryScores, ClassScores } from '../input-types.ts';
import { assertBinaryScores, assertClassScores } from '../score-checks.ts';
import { assertProbabilities } from '../input-checks.ts';
import { classBrierScores } from '../kernels/rows.ts';
import { binaryProbabilityRows } from '../kernels/binary-rows.ts';
import { meanOf } from '../kernels/sums.ts';

/** How the Brier score of several classes is scaled. */
export interface BrierOptions {
  /** Halves the sum over classes, which makes 1 the worst value. @default true for two classes, else false */
  readonly halve?: boolean;
}

/**
 * Mean squared distance between the probabilities and the true class's unit vector. In [0, 2], in [0, 1] if halved.
 * @throws {PolyheadError} TOO_FEW_EXAMPLES, SHAPE_MISMATCH, INVALID_ARGUMENT, NOT_FINITE
 */
export function brierScore(input: ClassScores, options: BrierOptions = {}): number {
  assertClassScores(input);
  assertProbabilities('scores', input.scores);
  const mean = meanOf(classBrierScores(input.truth, input.scores, input.classCount), input.sampleWeights);
  return (options.halve ?? input.classCount === 2) ? mean / 2 : mean;
}

/**
 * Mean squared difference between the probability of one label and its truth of 0 or 1. In [0, 1].
 * @throws {PolyheadError} TOO_FEW_EXAMPLES, SHAPE_MISMATCH, INVALID_ARGUMENT, NOT_FINITE
 */
export function binaryBrierScore(input: BinaryScores): number {
  assertBinaryScores(input);
  return brierScore({ ...input, scores: binaryProbabilityRows(input.scores), classCount: 2 });
}
