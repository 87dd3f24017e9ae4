import type { IndicatorScores } from '../input-types.ts';
import { coverages, rankingLosses, rankingPrecisions } from '../kernels/label-ranking.ts';
import { meanOf } from '../kernels/sums.ts';
import { assertIndicatorScores } from '../score-checks.ts';

/**
 * For each true label of a row, the share of true labels among those ranked at least as high; averaged over labels
 * and rows. In (0, 1].
 * @throws {PolyheadError} TOO_FEW_EXAMPLES, SHAPE_MISMATCH, INVALID_ARGUMENT, NOT_FINITE
 */
export function labelRankingAveragePrecision(input: IndicatorScores): number {
  assertIndicatorScores(input);
  return meanOf(rankingPrecisions(input.truth, input.scores, input.labelCount));
}

/**
 * Mean share of (true label, other label) pairs of a row that are ordered wrongly; ties count as wrong. In [0, 1].
 * @throws {PolyheadError} TOO_FEW_EXAMPLES, SHAPE_MISMATCH, INVALID_ARGUMENT, NOT_FINITE
 */
export function labelRankingLoss(input: IndicatorScores): number {
  assertIndicatorScores(input);
  return meanOf(rankingLosses(input.truth, input.scores, input.labelCount));
}

/**
 * How many of the best labels of a row must be taken to have all true ones, averaged over rows.
 * @throws {PolyheadError} TOO_FEW_EXAMPLES, SHAPE_MISMATCH, INVALID_ARGUMENT, NOT_FINITE
 */
export function coverageError(input: IndicatorScores): number {
  assertIndicatorScores(input);
  return meanOf(coverages(input.truth, input.scores, input.labelCount));
}
