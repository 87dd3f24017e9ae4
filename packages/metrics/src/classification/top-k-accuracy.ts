import type { ClassScores } from '../input-types.ts';
import { assertPositiveInteger } from '../input-checks.ts';
import { assertClassScores } from '../score-checks.ts';
import { hitsAmongBest } from '../kernels/rows.ts';
import { meanOf } from '../kernels/sums.ts';

/**
 * Share of the examples whose true class is among the `count` classes with the greatest scores. In [0, 1]. Of equal
 * scores the later class ranks higher (as in scikit-learn).
 * @throws {PolyheadError} TOO_FEW_EXAMPLES, SHAPE_MISMATCH, INVALID_ARGUMENT, NOT_FINITE
 */
export function topKAccuracy(input: ClassScores, count: number): number {
  assertClassScores(input);
  assertPositiveInteger('count', count);
  return meanOf(hitsAmongBest(input.truth, input.scores, input.classCount, count), input.sampleWeights);
}
