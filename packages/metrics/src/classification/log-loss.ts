import type { BinaryScores, ClassScores } from '../input-types.ts';
import { assertBinaryScores, assertClassScores } from '../score-checks.ts';
import { assertProbabilities } from '../input-checks.ts';
import { classLogLosses } from '../kernels/rows.ts';
import { binaryProbabilityRows } from '../kernels/binary-rows.ts';
import { meanOf } from '../kernels/sums.ts';

/**
 * Mean of minus the natural logarithm of the probability of the true class. Probabilities are kept at least 2.2e-16
 * away from 0 and 1; rows are not renormalised.
 * @throws {PolyheadError} TOO_FEW_EXAMPLES, SHAPE_MISMATCH, INVALID_ARGUMENT, NOT_FINITE
 */
export function logLoss(input: ClassScores): number {
  assertClassScores(input);
  assertProbabilities('scores', input.scores);
  const losses = classLogLosses(input.truth, input.scores, input.classCount, Number.EPSILON);
  return meanOf(losses, input.sampleWeights);
}

/**
 * Log loss (binary cross-entropy) of probabilities of one label that is there or not.
 * @throws {PolyheadError} TOO_FEW_EXAMPLES, SHAPE_MISMATCH, INVALID_ARGUMENT, NOT_FINITE
 */
export function binaryLogLoss(input: BinaryScores): number {
  assertBinaryScores(input);
  return logLoss({ ...input, scores: binaryProbabilityRows(input.scores), classCount: 2 });
}
