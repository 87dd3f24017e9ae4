import { createProductMemory, padTo4 } from '@polyhead/numerics';
import type { Matrix } from '@polyhead/types';
import type { RowBlock } from './residuals.ts';

/** Turns the scores of a block into loss derivatives, in place, and adds the losses to `values` `[outputs]`. */
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
 * @param weights `[outputs, dimension]`
 * @param bias `[outputs]`
 */
export function passOverRows(
  embeddings: Matrix,
  weights: Float64Array,
  bias: Float64Array,
  outputs: readonly number[],
  loss: RowLoss,
): RowSums {
  const { rows: allRows, columns: dimension } = embeddings;
  const count = outputs.length;
  const width = padTo4(dimension);
  const stride = padTo4(count);
  const block = padTo4(Math.min(allRows, blockRows));
  const weightsAt = block * width;
  const scoresAt = weightsAt + dimension * stride;
  const gradientsAt = scoresAt + block * stride;
  const memory = createProductMemory(gradientsAt + stride * width);
  const x = memory.values.subarray(0, weightsAt);
  const scores = memory.values.subarray(scoresAt, gradientsAt);
  const transposed = memory.values.subarray(weightsAt, scoresAt);
  for (let output = 0; output < count; output += 1) {
    for (let at = 0; at < dimension; at += 1) transposed[at * stride + output] = weights[output * dimension + at]!;
  }
  const values = new Float64Array(count);
  const biasGradients = new Float64Array(count);
  for (let start = 0; start < allRows; start += block) {
    const rows = Math.min(block, allRows - start);
    copyRows(embeddings, start, rows, x, width);
    for (let row = 0; row < rows; row += 1) scores.set(bias, row * stride);
    const xRows = { at: 0, rowStride: width, columnStride: 1 };
    memory.addProduct(xRows, { at: weightsAt, stride }, { at: scoresAt, stride }, padTo4(rows), dimension, stride);
    loss(scores, { start, rows, stride, outputs }, values);
    const slopes = { at: scoresAt, rowStride: 1, columnStride: stride };
    memory.addProduct(slopes, { at: 0, stride: width }, { at: gradientsAt, stride: width }, stride, rows, width);
    for (let row = 0; row < rows; row += 1) {
      for (let output = 0; output < count; output += 1) biasGradients[output]! += scores[row * stride + output]!;
      scores.fill(0, row * stride + count, (row + 1) * stride);
    }
  }
  const weightGradients = new Float64Array(count * dimension);
  for (let output = 0; output < count; output += 1) {
    const from = gradientsAt + output * width;
    weightGradients.set(memory.values.subarray(from, from + dimension), output * dimension);
  }
  return { values, weightGradients, biasGradients };
}

function copyRows({ data, columns }: Matrix, start: number, rows: number, target: Float64Array, stride: number): void {
  if (columns === stride) {
    target.set(data.subarray(start * columns, (start + rows) * columns));
    return;
  }
  for (let row = 0; row < rows; row += 1) {
    target.set(data.subarray((start + row) * columns, (start + row + 1) * columns), row * stride);
  }
}
