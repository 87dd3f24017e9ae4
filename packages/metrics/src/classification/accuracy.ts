import { marginsOf } from '../kernels/counting.ts';
import { meanOf, sumOf } from '../kernels/sums.ts';
import type { ConfusionMatrix } from './confusion-matrix.ts';

/** Share of the examples whose class was predicted right. In [0, 1]. One minus it is the zero-one loss. */
export function accuracy(matrix: ConfusionMatrix): number {
  const { diagonal, total } = marginsOf(matrix.counts, matrix.classCount);
  return sumOf(diagonal) / total;
}

/**
 * Mean recall over the classes that occur in truth. In [0, 1].
 * @param options.adjusted rescales so that chance is 0 and perfection 1 (not finite with one class only). @default false
 */
export function balancedAccuracy(matrix: ConfusionMatrix, options: { readonly adjusted?: boolean } = {}): number {
  const { rowSums, diagonal } = marginsOf(matrix.counts, matrix.classCount);
  const recalls = diagonal
    .map((count, index) => count / (rowSums[index] ?? 0))
    .filter((recall) => !Number.isNaN(recall));
  const mean = meanOf(recalls);
  if (options.adjusted !== true) return mean;
  const chance = 1 / recalls.length;
  return (mean - chance) / (1 - chance);
}
