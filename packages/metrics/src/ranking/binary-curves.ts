import type { BinaryScores } from '../input-types.ts';
import { cornersOf, curveOfSplit, curveOfWeighted, splitAndSort, type BinaryCurve } from '../kernels/binary-curve.ts';
import { selectAll } from '../kernels/sums.ts';
import { assertBinaryScores } from '../score-checks.ts';

/** True positive rate against false positive rate, from the strictest threshold to the laxest. */
export interface RocCurve {
  /** `[points]`; NaN throughout if there are no negatives. */
  readonly falsePositiveRates: Float64Array;
  /** `[points]`; NaN throughout if there are no positives. */
  readonly truePositiveRates: Float64Array;
  /** `[points]`, descending; the first is Infinity, where nothing is predicted. */
  readonly thresholds: Float64Array;
}

/** Precision against recall, from the laxest threshold to the strictest. */
export interface PrecisionRecallCurve {
  /** `[points + 1]`; the last is 1. */
  readonly precision: Float64Array;
  /** `[points + 1]`; the last is 0. All before are 1 if there are no positives. */
  readonly recall: Float64Array;
  /** `[points]`, ascending. */
  readonly thresholds: Float64Array;
}

/** How many points a ROC curve has. */
export interface RocCurveOptions {
  /** Keeps points on a straight line between their neighbours, which add nothing to a plot. @default false */
  readonly allPoints?: boolean;
}

/**
 * Cumulative counts at every distinct score.
 * @throws {PolyheadError} TOO_FEW_EXAMPLES, SHAPE_MISMATCH, INVALID_ARGUMENT, NOT_FINITE
 */
export function binaryCurve(input: BinaryScores): BinaryCurve {
  assertBinaryScores(input);
  return curveOf(input);
}

/** As `binaryCurve`, for input that has been checked. */
export function curveOf({ truth, scores, sampleWeights }: BinaryScores): BinaryCurve {
  if (sampleWeights === undefined) return curveOfSplit(splitAndSort(truth, scores));
  return curveOfWeighted(truth, scores, sampleWeights);
}

/**
 * The receiver operating characteristic.
 * @throws {PolyheadError} TOO_FEW_EXAMPLES, SHAPE_MISMATCH, INVALID_ARGUMENT, NOT_FINITE
 */
export function rocCurve(input: BinaryScores, options: RocCurveOptions = {}): RocCurve {
  const curve = binaryCurve(input);
  const kept = options.allPoints === true ? Array.from(curve.thresholds.keys()) : cornersOf(curve);
  const ratesOf = (counts: Float64Array): Float64Array => {
    const total = counts.at(-1) ?? 0;
    return prepend(0, selectAll(counts, kept)).map((count) => (total === 0 ? NaN : count / total));
  };
  return {
    falsePositiveRates: ratesOf(curve.falsePositives),
    truePositiveRates: ratesOf(curve.truePositives),
    thresholds: prepend(Infinity, selectAll(curve.thresholds, kept)),
  };
}

/**
 * The precision-recall curve, one point a distinct score and the point (precision 1, recall 0) at the end.
 * @throws {PolyheadError} TOO_FEW_EXAMPLES, SHAPE_MISMATCH, INVALID_ARGUMENT, NOT_FINITE
 */
export function precisionRecallCurve(input: BinaryScores): PrecisionRecallCurve {
  const { truePositives, falsePositives, thresholds } = binaryCurve(input);
  const positives = truePositives.at(-1) ?? 0;
  const precision = truePositives.map((found, index) => found / (found + (falsePositives[index] ?? 0)));
  const recall = truePositives.map((found) => (positives === 0 ? 1 : found / positives));
  return {
    precision: prepend(1, precision).reverse(),
    recall: prepend(0, recall).reverse(),
    thresholds: thresholds.slice().reverse(),
  };
}

function prepend(first: number, values: Float64Array): Float64Array {
  const result = new Float64Array(values.length + 1);
  result[0] = first;
  result.set(values, 1);
  return result;
}
