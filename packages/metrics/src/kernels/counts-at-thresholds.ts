import type { SplitScores } from './binary-curve.ts';

/** Positives and negatives that score at least each threshold, `[thresholds]` each. */
export interface CountsAtThresholds {
  readonly truePositives: Float64Array;
  readonly falsePositives: Float64Array;
}

/** Counts at ascending thresholds in one pass over the sorted scores. */
export function countAtThresholds(
  { positives, negatives }: SplitScores,
  thresholds: ArrayLike<number>,
): CountsAtThresholds {
  const truePositives = new Float64Array(thresholds.length);
  const falsePositives = new Float64Array(thresholds.length);
  let p = 0;
  let n = 0;
  for (let i = 0; i < thresholds.length; i++) {
    while (p < positives.length && positives[p]! < thresholds[i]!) p++;
    while (n < negatives.length && negatives[n]! < thresholds[i]!) n++;
    truePositives[i] = positives.length - p;
    falsePositives[i] = negatives.length - n;
  }
  return { truePositives, falsePositives };
}

/** Points half way between neighbouring distinct scores, and between the outermost ones and 0 and 1; ascending. */
export function midpointsOf({ positives, negatives }: SplitScores): Float64Array {
  const edges = new Float64Array(positives.length + negatives.length + 2);
  edges.set(positives);
  edges.set(negatives, positives.length);
  edges[edges.length - 1] = 1;
  edges.sort();
  const midpoints: number[] = [];
  for (let i = 1; i < edges.length; i++) {
    if (edges[i] !== edges[i - 1]) midpoints.push((edges[i]! + edges[i - 1]!) / 2);
  }
  return Float64Array.from(midpoints);
}
