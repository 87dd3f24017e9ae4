import type { IndicatorPredictions } from '../input-types.ts';
import { shareOfEqualRows } from '../kernels/counting.ts';
import { addAll, sumOf } from '../kernels/sums.ts';
import { assertIndicatorPredictions, type BinaryCounts } from './binary-counts.ts';

/**
 * Share of the rows whose whole set of labels was predicted exactly. In [0, 1].
 * @throws {PolyheadError} TOO_FEW_EXAMPLES, SHAPE_MISMATCH, INVALID_ARGUMENT, NOT_FINITE
 */
export function subsetAccuracy(predictions: IndicatorPredictions): number {
  assertIndicatorPredictions(predictions);
  const { truth, predicted, labelCount, sampleWeights } = predictions;
  return shareOfEqualRows(truth, predicted, labelCount, sampleWeights);
}

/** Share of all single decisions, one a row and label, that are wrong. In [0, 1]. */
export function hammingLoss(counts: BinaryCounts): number {
  const wrong = addAll(counts.falsePositives, counts.falseNegatives);
  const right = addAll(counts.truePositives, counts.trueNegatives);
  return sumOf(wrong) / (sumOf(wrong) + sumOf(right));
}
