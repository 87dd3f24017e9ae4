import { sortFloat32 } from './sort-float32.ts';
import { sumOf } from './sums.ts';

/** Cumulative counts at every distinct score, from the greatest score down. */
export interface BinaryCurve {
  /** `[points]`, descending. */
  readonly thresholds: Float64Array;
  /** `[points]`: weight of the positives that score at least the threshold. */
  readonly truePositives: Float64Array;
  /** `[points]`: weight of the negatives that score at least the threshold. */
  readonly falsePositives: Float64Array;
}

/** The scores of the positives and of the negatives, each ascending. */
export interface SplitScores {
  readonly positives: Float32Array | Float64Array;
  readonly negatives: Float32Array | Float64Array;
}

/** Splits by truth and sorts each side without a comparator, many times faster than sorting row numbers. */
export function splitAndSort(truth: ArrayLike<number>, scores: ArrayLike<number>): SplitScores {
  const positiveCount = sumOf(truth);
  const ArrayType = scores instanceof Float32Array ? Float32Array : Float64Array;
  const positives = new ArrayType(positiveCount);
  const negatives = new ArrayType(truth.length - positiveCount);
  let p = 0;
  let n = 0;
  for (let i = 0; i < truth.length; i++) {
    if (truth[i] === 1) positives[p++] = scores[i]!;
    else negatives[n++] = scores[i]!;
  }
  return { positives: sortScores(positives), negatives: sortScores(negatives) };
}

function sortScores(scores: Float32Array | Float64Array): Float32Array | Float64Array {
  return scores instanceof Float32Array ? sortFloat32(scores) : scores.sort();
}

/** The curve of unweighted scores, by merging the two sorted sides. */
export function curveOfSplit({ positives, negatives }: SplitScores): BinaryCurve {
  const size = positives.length + negatives.length;
  const thresholds = new Float64Array(size);
  const truePositives = new Float64Array(size);
  const falsePositives = new Float64Array(size);
  let p = positives.length;
  let n = negatives.length;
  let points = 0;
  while (p > 0 || n > 0) {
    const threshold =
      n === 0 || (p > 0 && positives[p - 1]! >= negatives[n - 1]!) ? positives[p - 1]! : negatives[n - 1]!;
    while (p > 0 && positives[p - 1] === threshold) p--;
    while (n > 0 && negatives[n - 1] === threshold) n--;
    thresholds[points] = threshold;
    truePositives[points] = positives.length - p;
    falsePositives[points] = negatives.length - n;
    points++;
  }
  return {
    thresholds: thresholds.subarray(0, points),
    truePositives: truePositives.subarray(0, points),
    falsePositives: falsePositives.subarray(0, points),
  };
}

/** The curve of weighted scores; rows of weight 0 are left out. */
export function curveOfWeighted(
  truth: ArrayLike<number>,
  scores: ArrayLike<number>,
  weights: ArrayLike<number>,
): BinaryCurve {
  const order = Array.from({ length: truth.length }, (_, i) => i)
    .filter((i) => weights[i] !== 0)
    .sort((a, b) => scores[b]! - scores[a]!);
  const thresholds: number[] = [];
  const truePositives: number[] = [];
  const falsePositives: number[] = [];
  let positive = 0;
  let negative = 0;
  order.forEach((row, rank) => {
    if (truth[row] === 1) positive += weights[row]!;
    else negative += weights[row]!;
    if (rank + 1 < order.length && scores[order[rank + 1]!] === scores[row]) return;
    thresholds.push(scores[row]!);
    truePositives.push(positive);
    falsePositives.push(negative);
  });
  return {
    thresholds: Float64Array.from(thresholds),
    truePositives: Float64Array.from(truePositives),
    falsePositives: Float64Array.from(falsePositives),
  };
}

/** Area under straight lines through the points. */
export function trapezoidArea(x: ArrayLike<number>, y: ArrayLike<number>): number {
  let area = 0;
  for (let i = 1; i < x.length; i++) area += ((x[i]! - x[i - 1]!) * (y[i]! + y[i - 1]!)) / 2;
  return area;
}

/** Area under the ROC curve; NaN if there are no positives or no negatives. */
export function areaOfCurve({ truePositives, falsePositives }: BinaryCurve): number {
  const last = truePositives.length - 1;
  if (last < 0) return NaN;
  let area = truePositives[0]! * falsePositives[0]! * 0.5;
  area += trapezoidArea(falsePositives, truePositives);
  return area / (truePositives[last]! * falsePositives[last]!);
}

/** Sum over the points of precision times the gain in recall; 0 if there are no positives. */
export function averagePrecisionOfCurve({ truePositives, falsePositives }: BinaryCurve): number {
  const positives = truePositives.at(-1) ?? 0;
  if (positives === 0) return 0;
  let sum = 0;
  let before = 0;
  for (let i = 0; i < truePositives.length; i++) {
    const found = truePositives[i]!;
    if (found !== before) sum += ((found - before) * found) / (found + falsePositives[i]!);
    before = found;
  }
  return sum / positives;
}

/** Positions of the points that are no inner point of a straight run (of equal steps) of both counts. */
export function cornersOf({ truePositives, falsePositives }: BinaryCurve): number[] {
  const points = truePositives.length;
  const bends = (counts: Float64Array, i: number): boolean =>
    counts[i + 1]! - counts[i]! - (counts[i]! - counts[i - 1]!) !== 0;
  const corners: number[] = [];
  for (let i = 0; i < points; i++) {
    const isEnd = i === 0 || i === points - 1;
    if (isEnd || bends(truePositives, i) || bends(falsePositives, i)) corners.push(i);
  }
  return corners;
}
