import * as tf from '@tensorflow/tfjs-core';

/** Rows that form pairs, `[pairs]` each. */
export interface PairedRows {
  readonly first: Int32Array;
  readonly second: Int32Array;
}

/**
 * From this many pairs per entry of the `[rows, rows]` matrix on, the matrix of all products is faster than a product a
 * pair, which copies rows forth and adds them back. Measured on the WebAssembly backend with 16 to 256 rows of 384 and
 * 768: all pairs of 64 rows take 1 to 2 ms by the matrix and 60 to 120 ms by pairs.
 */
const pairsPerEntry = 1 / 200;

/**
 * The inner product of row `first[i]` of `left` with row `second[i]` of `right`, `[pairs]`.
 * @param left `[rows, dimension]`
 * @param right `[rows, dimension]`
 */
export function pairProducts(left: tf.Tensor, right: tf.Tensor, pairs: PairedRows): tf.Tensor {
  const [rows = 0] = left.shape;
  if (pairs.first.length < pairsPerEntry * rows * rows) {
    return tf.sum(tf.mul(gatherRows(left, pairs.first), gatherRows(right, pairs.second)), 1);
  }
  return gatherEntries(tf.matMul(left, tf.transpose(right)), pairs);
}

/** Entries `[first[i], second[i]]` of a square matrix, `[pairs]`. */
export function gatherEntries(matrix: tf.Tensor, pairs: PairedRows): tf.Tensor {
  const [rows = 0] = matrix.shape;
  const positions = pairs.first.map((row, pair) => row * rows + (pairs.second[pair] ?? 0));
  return tf.gather(tf.reshape(matrix, [-1]), tf.tensor1d(positions, 'int32'));
}

/** Copies of rows, `[indices, dimension]`. */
export function gatherRows(matrix: tf.Tensor, indices: Int32Array): tf.Tensor {
  return tf.gather(matrix, tf.tensor1d(indices, 'int32'));
}

/** Two lists of rows, one after the other. */
export function joinRows(first: Int32Array, second: Int32Array): Int32Array {
  const joined = new Int32Array(first.length + second.length);
  joined.set(first);
  joined.set(second, first.length);
  return joined;
}
