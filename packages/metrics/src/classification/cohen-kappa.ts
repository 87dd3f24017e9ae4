import { marginsOf } from '../kernels/counting.ts';
import type { ConfusionMatrix } from './confusion-matrix.ts';

/** How much a confusion costs: always 1, the distance of the class indices, or its square. */
export type KappaWeighting = 'none' | 'linear' | 'quadratic';

const costs: Readonly<Record<KappaWeighting, (distance: number) => number>> = {
  none: (distance) => (distance === 0 ? 0 : 1),
  linear: (distance) => distance,
  quadratic: (distance) => distance * distance,
};

/**
 * Cohen's kappa: agreement beyond what the class frequencies alone would give. At most 1; NaN if truth and
 * predictions are one and the same class throughout.
 * @param options.weighting weights for ordered classes. @default 'none'
 */
export function cohenKappa(matrix: ConfusionMatrix, options: { readonly weighting?: KappaWeighting } = {}): number {
  const { rowSums, columnSums, total } = marginsOf(matrix.counts, matrix.classCount);
  const costOf = costs[options.weighting ?? 'none'];
  let observed = 0;
  let expected = 0;
  matrix.counts.forEach((count, at) => {
    const row = Math.floor(at / matrix.classCount);
    const column = at % matrix.classCount;
    const cost = costOf(Math.abs(row - column));
    observed += cost * count;
    expected += (cost * (rowSums[row] ?? 0) * (columnSums[column] ?? 0)) / total;
  });
  return 1 - observed / expected;
}
