import type { WeightedMoments } from '../../linear-model/kernels/weighted-moments.ts';

/** Turns the moments of `[x, 1]` into those of `x` less its mean, in place: only the first `dimension` columns count. */
export function centerMoments({ second, cross }: WeightedMoments, dimension: number, outputs: number): void {
  const width = dimension + 1;
  const total = second[width * width - 1]!;
  const sums = second.slice(dimension * width, dimension * width + dimension);
  for (let row = 0; row < dimension; row += 1) {
    const mean = sums[row]! / total;
    for (let column = 0; column < dimension; column += 1) second[row * width + column]! -= mean * sums[column]!;
  }
  for (let output = 0; output < outputs; output += 1) {
    const mean = cross[output * width + dimension]! / total;
    for (let column = 0; column < dimension; column += 1) cross[output * width + column]! -= mean * sums[column]!;
  }
}
