import type { ZeroDivision } from '../input-types.ts';
import { assertWeights } from '../input-checks.ts';
import { addAll, divideAll, meanOf, meanOrPlainMean } from '../kernels/sums.ts';
import { pooledCounts, type BinaryCounts } from './binary-counts.ts';

/** Jaccard similarity of every label, and its averages. */
export interface Jaccard {
  readonly perLabel: Float64Array;
  readonly micro: number;
  readonly macro: number;
  /** By support; the plain mean if there are no positives at all. */
  readonly weighted: number;
}

/** tp / (tp + fp + fn), one a label (or row). In [0, 1]. */
function jaccardFigures(counts: BinaryCounts, zeroDivision: ZeroDivision = 0): Float64Array {
  const union = addAll(addAll(counts.truePositives, counts.falsePositives), counts.falseNegatives);
  return divideAll(counts.truePositives, union, zeroDivision);
}

/** Jaccard similarity of true and predicted sets per label, with micro, macro and weighted averages. */
export function jaccard(counts: BinaryCounts, options: { readonly zeroDivision?: ZeroDivision } = {}): Jaccard {
  const perLabel = jaccardFigures(counts, options.zeroDivision);
  const support = addAll(counts.truePositives, counts.falseNegatives);
  return {
    perLabel,
    micro: meanOf(jaccardFigures(pooledCounts(counts), options.zeroDivision)),
    macro: meanOf(perLabel),
    weighted: meanOrPlainMean(perLabel, support),
  };
}

/**
 * Mean Jaccard similarity over rows, from `countsPerRow`.
 * @throws {PolyheadError} SHAPE_MISMATCH, NOT_FINITE, INVALID_ARGUMENT
 */
export function samplesJaccard(
  rowCounts: BinaryCounts,
  options: { readonly zeroDivision?: ZeroDivision; readonly sampleWeights?: ArrayLike<number> | undefined } = {},
): number {
  assertWeights(options.sampleWeights, rowCounts.truePositives.length);
  return meanOrPlainMean(jaccardFigures(rowCounts, options.zeroDivision), options.sampleWeights);
}
