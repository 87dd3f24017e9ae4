import { addProductTransposedA } from '@polyhead/numerics';
import type { Matrix } from '@polyhead/types';

/** Weighted sums over examples, each embedding with a 1 appended. */
export interface WeightedMoments {
  /** `[width, width]`, width = dimension + 1: sum of `s x x^T`. */
  readonly second: Float64Array;
  /** `[outputs, width]`: sum of `s y x^T`. */
  readonly cross: Float64Array;
}

const blockRows = 128;

/**
 * The sums that least squares needs, in one pass.
 * @param targets `[rows, outputs]`
 * @param rowWeights `[rows]`
 */
export function weightedMoments(
  embeddings: Matrix,
  targets: Float64Array,
  outputs: number,
  rowWeights: Float64Array,
): WeightedMoments {
  const { data, rows: allRows, columns: dimension } = embeddings;
  const width = dimension + 1;
  const second = new Float64Array(width * width);
  const cross = new Float64Array(outputs * width);
  const left = new Float64Array(blockRows * width);
  const right = new Float64Array(blockRows * outputs);
  for (let start = 0; start < allRows; start += blockRows) {
    const rows = Math.min(blockRows, allRows - start);
    for (let row = 0; row < rows; row += 1) {
      const root = Math.sqrt(rowWeights[start + row]!);
      const source = (start + row) * dimension;
      for (let at = 0; at < dimension; at += 1) left[row * width + at] = root * data[source + at]!;
      left[row * width + dimension] = root;
      for (let at = 0; at < outputs; at += 1) right[row * outputs + at] = root * targets[(start + row) * outputs + at]!;
    }
    const block = left.subarray(0, rows * width);
    addProductTransposedA(block, block, second, width, rows, width);
    addProductTransposedA(right.subarray(0, rows * outputs), block, cross, outputs, rows, width);
  }
  return { second, cross };
}

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
