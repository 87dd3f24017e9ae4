import { PolyheadError } from '@polyhead/types';
import type { BinaryScores, IndicatorScores } from '../input-types.ts';
import { areaOfCurve, trapezoidArea } from '../kernels/binary-curve.ts';
import { assertIndicatorScores } from '../score-checks.ts';
import { averageOverLabels, figuresPerLabel, type RankingAverage } from './average-over-labels.ts';
import { binaryCurve, rocCurve } from './binary-curves.ts';

/** Which part of the ROC curve counts. */
export interface RocAucOptions {
  /**
   * Only the part up to this false positive rate counts, in (0, 1]; the area is rescaled so that chance is 0.5
   * (McClish 1989).
   * @default 1
   */
  readonly maximumFalsePositiveRate?: number;
}

/**
 * Area under the ROC curve: the probability that a positive scores higher than a negative, ties counted half.
 * In [0, 1]; NaN if all truth is of one kind.
 * @throws {PolyheadError} TOO_FEW_EXAMPLES, SHAPE_MISMATCH, INVALID_ARGUMENT, NOT_FINITE
 */
export function rocAuc(input: BinaryScores, options: RocAucOptions = {}): number {
  const limit = options.maximumFalsePositiveRate ?? 1;
  if (limit === 1) return areaOfCurve(binaryCurve(input));
  if (!(limit > 0 && limit < 1)) {
    throw new PolyheadError('INVALID_ARGUMENT', {
      message: `"maximumFalsePositiveRate" is ${limit}.`,
      remedy: 'It must be above 0 and at most 1.',
    });
  }
  return partialArea(input, limit);
}

function partialArea(input: BinaryScores, limit: number): number {
  const { falsePositiveRates: x, truePositiveRates: y } = rocCurve(input, { allPoints: true });
  const stop = x.findIndex((rate) => rate > limit);
  if (stop < 1) return NaN;
  const [x0 = 0, x1 = 0, y0 = 0, y1 = 0] = [x[stop - 1], x[stop], y[stop - 1], y[stop]];
  const edge = y0 + ((limit - x0) / (x1 - x0)) * (y1 - y0);
  const area = trapezoidArea([...x.subarray(0, stop), limit], [...y.subarray(0, stop), edge]);
  const chance = (limit * limit) / 2;
  return 0.5 * (1 + (area - chance) / (limit - chance));
}

/**
 * ROC AUC of many labels. A label whose truth is all of one kind makes `macro` NaN; `weighted` leaves labels without
 * positives out.
 * @throws {PolyheadError} TOO_FEW_EXAMPLES, SHAPE_MISMATCH, INVALID_ARGUMENT, NOT_FINITE
 */
export function multiLabelRocAuc(input: IndicatorScores, average: RankingAverage = 'macro'): number {
  assertIndicatorScores(input);
  return averageOverLabels(input, average, rocAuc);
}

/**
 * ROC AUC of every label; NaN for labels whose truth is all of one kind.
 * @throws {PolyheadError} TOO_FEW_EXAMPLES, SHAPE_MISMATCH, INVALID_ARGUMENT, NOT_FINITE
 */
export function rocAucPerLabel(input: IndicatorScores): Float64Array {
  assertIndicatorScores(input);
  return figuresPerLabel(input, rocAuc);
}
