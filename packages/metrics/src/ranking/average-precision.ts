import type { BinaryScores, IndicatorScores } from '../input-types.ts';
import { averagePrecisionOfCurve } from '../kernels/binary-curve.ts';
import { assertIndicatorScores } from '../score-checks.ts';
import { averageOverLabels, figuresPerLabel, type RankingAverage } from './average-over-labels.ts';
import { binaryCurve } from './binary-curves.ts';

/**
 * Average precision: precision at every threshold, weighted by the gain in recall there. In [0, 1]; 0 without
 * positives.
 * @throws {PolyheadError} TOO_FEW_EXAMPLES, SHAPE_MISMATCH, INVALID_ARGUMENT, NOT_FINITE
 */
export function averagePrecision(input: BinaryScores): number {
  return averagePrecisionOfCurve(binaryCurve(input));
}

/**
 * Average precision of many labels.
 * @throws {PolyheadError} TOO_FEW_EXAMPLES, SHAPE_MISMATCH, INVALID_ARGUMENT, NOT_FINITE
 */
export function multiLabelAveragePrecision(input: IndicatorScores, average: RankingAverage = 'macro'): number {
  assertIndicatorScores(input);
  return averageOverLabels(input, average, averagePrecision);
}

/**
 * Average precision of every label; 0 for labels without positives.
 * @throws {PolyheadError} TOO_FEW_EXAMPLES, SHAPE_MISMATCH, INVALID_ARGUMENT, NOT_FINITE
 */
export function averagePrecisionPerLabel(input: IndicatorScores): Float64Array {
  assertIndicatorScores(input);
  return figuresPerLabel(input, averagePrecision);
}
