import { marginsOf } from '../kernels/counting.ts';
import { sumOf } from '../kernels/sums.ts';
import type { ConfusionMatrix } from './confusion-matrix.ts';

/**
 * Matthews correlation coefficient for any number of classes (Gorodkin 2004). In [-1, 1]; 0 where truth or
 * predictions are of one class only.
 */
export function matthews(matrix: ConfusionMatrix): number {
  const { rowSums, columnSums, diagonal, total } = marginsOf(matrix.counts, matrix.classCount);
  const dot = (a: Float64Array, b: Float64Array): number => sumOf(a.map((value, index) => value * (b[index] ?? 0)));
  const truthVariance = total * total - dot(rowSums, rowSums);
  const predictedVariance = total * total - dot(columnSums, columnSums);
  if (truthVariance * predictedVariance === 0) return 0;
  const covariance = sumOf(diagonal) * total - dot(rowSums, columnSums);
  return covariance / Math.sqrt(truthVariance * predictedVariance);
}
