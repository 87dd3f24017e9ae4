import { addProductTransposedA, addProductTransposedB } from '@polyhead/numerics';
import type { Matrix } from '@polyhead/types';
import type { RowBlock } from './residuals.ts';

/** Turns scores `[rows, outputs]` into loss derivatives, in place, and adds the losses to `values` `[outputs]`. */
export type RowLoss = (scores: Float64Array, block: RowBlock, values: Float64Array) => void;

/** What {@link passOverRows} sums up. */
export interface RowSums {
  /** `[outputs]` */
  readonly values: Float64Array;
  /** `[outputs, dimension]` */
  readonly weightGradients: Float64Array;
  /** `[outputs]` */
  readonly biasGradients: Float64Array;
}

/** Rows that are worked on together: as many as stay in the second-level cache at usual widths. */
const blockRows = 128;

/**
 * The loss of linear models and its gradient, for all `outputs` in one pass over the embeddings: every block of rows is
 * widened to float64 once and serves all outputs while it is in the cache.
 */
export function passOverRows(
  embeddings: Matrix,
  weights: Float64Array,
  bias: Float64Array,
  outputs: readonly number[],
  loss: RowLoss,
): RowSums {
  const { data, rows: allRows, columns: dimension } = embeddings;
  const count = outputs.length;
  const values = new Float64Array(count);
  const weightGradients = new Float64Array(count * dimension);
  const biasGradients = new Float64Array(count);
  const blockBuffer = new Float64Array(blockRows * dimension);
  const scoreBuffer = new Float64Array(blockRows * count);
  for (let start = 0; start < allRows; start += blockRows) {
    const rows = Math.min(blockRows, allRows - start);
    const block = blockBuffer.subarray(0, rows * dimension);
    const scores = scoreBuffer.subarray(0, rows * count);
    block.set(data.subarray(start * dimension, (start + rows) * dimension));
    for (let row = 0; row < rows; row += 1) scores.set(bias, row * count);
    addProductTransposedB(block, weights, scores, rows, dimension, count);
    loss(scores, { start, rows, outputs }, values);
    addProductTransposedA(scores, block, weightGradients, count, rows, dimension);
    for (let row = 0; row < rows; row += 1) {
      for (let output = 0; output < count; output += 1) biasGradients[output]! += scores[row * count + output]!;
    }
  }
  return { values, weightGradients, biasGradients };
}

/**
 * Mean of `x x^T` over about `sampleRows` evenly spaced rows, each row with a 1 appended.
 * @returns `[dimension + 1, dimension + 1]`
 */
export function sampledSecondMoments(embeddings: Matrix, sampleRows: number): Float64Array {
  const { data, rows, columns: dimension } = embeddings;
  const count = Math.min(rows, sampleRows);
  const width = dimension + 1;
  const moments = new Float64Array(width * width);
  const buffer = new Float64Array(blockRows * width);
  for (let start = 0; start < count; start += blockRows) {
    const filled = Math.min(blockRows, count - start);
    for (let row = 0; row < filled; row += 1) {
      const source = Math.floor(((start + row) * rows) / count) * dimension;
      buffer.set(data.subarray(source, source + dimension), row * width);
      buffer[row * width + dimension] = 1;
    }
    const block = buffer.subarray(0, filled * width);
    addProductTransposedA(block, block, moments, width, filled, width);
  }
  for (let index = 0; index < moments.length; index += 1) moments[index]! /= count;
  return moments;
}
