import { PolyheadError } from '@polyhead/types';
import type { ZeroDivision } from '../input-types.ts';
import { assertWeights } from '../input-checks.ts';
import { addAll, divideAll, meanOrPlainMean } from '../kernels/sums.ts';
import { pooledCounts, type BinaryCounts } from './binary-counts.ts';

/** How F weighs recall against precision, and what 0 / 0 counts as. */
export interface FbetaOptions {
  /** Recall counts `beta` times as much as precision. @default 1 */
  readonly beta?: number;
  /** Precision without predictions, recall without positives, F without either. @default 0 */
  readonly zeroDivision?: ZeroDivision;
}

/** Figures one a label (or one a row, for counts per row). */
export interface FbetaFigures {
  readonly precision: Float64Array;
  readonly recall: Float64Array;
  readonly fbeta: Float64Array;
  /** Positives in truth. */
  readonly support: Float64Array;
}

/** Figures averaged over labels or rows. */
export interface FbetaAverage {
  readonly precision: number;
  readonly recall: number;
  readonly fbeta: number;
}

/** Precision, recall and F of every label, and their averages. */
export interface PrecisionRecallFbeta {
  readonly perLabel: FbetaFigures;
  /** Of all labels' counts added up. */
  readonly micro: FbetaAverage;
  /** Plain mean over the labels. */
  readonly macro: FbetaAverage;
  /** Mean over the labels by their support; the plain mean if there are no positives at all. */
  readonly weighted: FbetaAverage;
}

/**
 * Precision tp / (tp + fp), recall tp / (tp + fn) and F-beta (1 + b^2) tp / ((1 + b^2) tp + b^2 fn + fp), one a label
 * (or row). All in [0, 1].
 * @throws {PolyheadError} INVALID_ARGUMENT
 */
export function fbetaFigures(counts: BinaryCounts, options: FbetaOptions = {}): FbetaFigures {
  const { beta = 1, zeroDivision = 0 } = options;
  assertBeta(beta);
  const { truePositives } = counts;
  const support = addAll(truePositives, counts.falseNegatives);
  const predicted = addAll(truePositives, counts.falsePositives);
  const numerator = truePositives.map((count) => (1 + beta * beta) * count);
  const denominator = support.map((count, index) => beta * beta * count + (predicted[index] ?? 0));
  return {
    precision: divideAll(truePositives, predicted, zeroDivision),
    recall: divideAll(truePositives, support, zeroDivision),
    fbeta: divideAll(numerator, denominator, zeroDivision),
    support,
  };
}

/**
 * Means over labels or rows, weighted if weights are given. Over the figures of `countsPerRow` this is the
 * `samples` average; pass the sample weights there.
 * @throws {PolyheadError} SHAPE_MISMATCH, NOT_FINITE, INVALID_ARGUMENT
 */
export function averageFbeta(figures: FbetaFigures, weights?: ArrayLike<number>): FbetaAverage {
  assertWeights(weights, figures.fbeta.length);
  return {
    precision: meanOrPlainMean(figures.precision, weights),
    recall: meanOrPlainMean(figures.recall, weights),
    fbeta: meanOrPlainMean(figures.fbeta, weights),
  };
}

/**
 * Precision, recall and F-beta of every label with micro, macro and weighted averages, as scikit-learn defines them.
 * @throws {PolyheadError} INVALID_ARGUMENT
 */
export function precisionRecallFbeta(counts: BinaryCounts, options: FbetaOptions = {}): PrecisionRecallFbeta {
  const perLabel = fbetaFigures(counts, options);
  return {
    perLabel,
    micro: averageFbeta(fbetaFigures(pooledCounts(counts), options)),
    macro: averageFbeta(perLabel),
    weighted: averageFbeta(perLabel, perLabel.support),
  };
}

function assertBeta(beta: number): void {
  if (Number.isFinite(beta) && beta >= 0) return;
  throw new PolyheadError('INVALID_ARGUMENT', {
    message: `"beta" is ${beta}.`,
    remedy: 'It must be a finite number of 0 or more; 1 gives F1.',
  });
}
