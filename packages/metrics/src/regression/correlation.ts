import type { ValuePredictions } from '../input-types.ts';
import { pairStatistics } from '../kernels/pair-order.ts';
import { averageRanks } from '../kernels/ranks.ts';
import { isConstant } from '../kernels/scans.ts';
import { meanOf, sumOf } from '../kernels/sums.ts';
import { assertValuePredictions } from './checks.ts';

/** The two lists that are correlated; weights are not supported. */
export type CorrelationInput = Omit<ValuePredictions, 'sampleWeights'>;

/**
 * Pearson's linear correlation. In [-1, 1]; NaN if either side is constant.
 * @throws {PolyheadError} TOO_FEW_EXAMPLES (below two), SHAPE_MISMATCH, NOT_FINITE
 */
export function pearson(input: CorrelationInput): number {
  assertValuePredictions({ ...input, sampleWeights: undefined }, 2);
  return correlationOf(Float64Array.from(input.truth), Float64Array.from(input.predicted));
}

/**
 * Spearman's rank correlation, ties at their average rank. In [-1, 1]; NaN for one example or a constant side.
 * @throws {PolyheadError} TOO_FEW_EXAMPLES, SHAPE_MISMATCH, NOT_FINITE
 */
export function spearman(input: CorrelationInput): number {
  assertValuePredictions({ ...input, sampleWeights: undefined });
  return correlationOf(averageRanks(input.truth), averageRanks(input.predicted));
}

/**
 * Kendall's tau-b: agreement on the order of pairs, corrected for ties (Knight 1966, n log n). In [-1, 1]; NaN for one
 * example or a constant side.
 * @throws {PolyheadError} TOO_FEW_EXAMPLES, SHAPE_MISMATCH, NOT_FINITE
 */
export function kendall(input: CorrelationInput): number {
  assertValuePredictions({ ...input, sampleWeights: undefined });
  const { pairs, tiedFirst, tiedSecond, tiedBoth, discordant } = pairStatistics(input.truth, input.predicted);
  const difference = pairs - tiedFirst - tiedSecond + tiedBoth - 2 * discordant;
  return clampToUnit(difference / Math.sqrt(pairs - tiedFirst) / Math.sqrt(pairs - tiedSecond));
}

function correlationOf(a: Float64Array, b: Float64Array): number {
  if (isConstant(a) || isConstant(b)) return NaN;
  const [x, y] = [centered(a), centered(b)];
  const [lengthOfX, lengthOfY] = [Math.sqrt(dot(x, x)), Math.sqrt(dot(y, y))];
  return clampToUnit(dot(x, y) / lengthOfX / lengthOfY);
}

function centered(values: Float64Array): Float64Array {
  const mean = meanOf(values);
  return values.map((value) => value - mean);
}

function dot(a: Float64Array, b: Float64Array): number {
  return sumOf(a.map((value, index) => value * (b[index] ?? 0)));
}

function clampToUnit(value: number): number {
  return Math.min(1, Math.max(-1, value));
}
