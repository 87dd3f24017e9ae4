import { createProductMemory, padTo4 } from '@polyhead/numerics';
import type { Matrix } from '@polyhead/types';

/** Sums over examples, each embedding with a 1 appended. */
export interface WeightedMoments {
  /** `[width, width]`, width = dimension + 1: sum of `s x x^T`. */
  readonly second: Float64Array;
  /** `[outputs, width]`: sum of `s y x^T`. */
  readonly cross: Float64Array;
}

const blockRows = 128;

/**
 * The sums that least squares needs, in one pass over `count` evenly spaced rows.
 * @param targets `[rows, outputs]`
 * @param rowWeights `[rows]`
 */
export function weightedMoments(
  embeddings: Matrix,
  targets: Float64Array,
  outputs: number,
  rowWeights: Float64Array | undefined,
  count: number = embeddings.rows,
): WeightedMoments {
  const { data, rows, columns: dimension } = embeddings;
  const width = dimension + 1;
  const stride = padTo4(width);
  const outputStride = padTo4(outputs);
  const block = Math.min(count, blockRows);
  const targetsAt = block * stride;
  const secondAt = targetsAt + block * outputStride;
  const crossAt = secondAt + stride * stride;
  const memory = createProductMemory(crossAt + outputStride * stride);
  const { values } = memory;
  for (let start = 0; start < count; start += block) {
    const filled = Math.min(block, count - start);
    for (let row = 0; row < filled; row += 1) {
      const example = count === rows ? start + row : Math.floor(((start + row) * rows) / count);
      const root = rowWeights === undefined ? 1 : Math.sqrt(rowWeights[example]!);
      const source = example * dimension;
      const target = row * stride;
      for (let at = 0; at < dimension; at += 1) values[target + at] = root * data[source + at]!;
      values[target + dimension] = root;
      for (let at = 0; at < outputs; at += 1) {
        values[targetsAt + row * outputStride + at] = root * targets[example * outputs + at]!;
      }
    }
    const x = { at: 0, stride };
    const xTransposed = { at: 0, rowStride: 1, columnStride: stride };
    const yTransposed = { at: targetsAt, rowStride: 1, columnStride: outputStride };
    memory.addProduct(xTransposed, x, { at: secondAt, stride }, stride, filled, stride);
    memory.addProduct(yTransposed, x, { at: crossAt, stride }, outputStride, filled, stride);
  }
  return {
    second: unpadRows(values, secondAt, width, stride, width),
    cross: unpadRows(values, crossAt, outputs, stride, width),
  };
}

function unpadRows(values: Float64Array, at: number, rows: number, stride: number, width: number): Float64Array {
  const out = new Float64Array(rows * width);
  for (let row = 0; row < rows; row += 1) {
    out.set(values.subarray(at + row * stride, at + row * stride + width), row * width);
  }
  return out;
}
