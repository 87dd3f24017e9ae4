import * as tf from '@tensorflow/tfjs-core';

/** Rows that form pairs, `[pairs]` each. */
export interface PairedRows {
  readonly first: Int32Array;
  readonly second: Int32Array;
}

/**
 * From this many pairs per entry of the `[rows, rows]` matrix on, the matrix of all products is faster than a product a
 * pair, since a matrix product needs no copies of rows (measured on the WebAssembly backend).
 */
const pairsPerEntry = 1 / 200;

/**
 * The inner product of row `first[i]` of `left` with row `second[i]` of `right`, `[pairs]`.
 * @param left `[rows, dimension]`
 * @param right `[rows, dimension]`
 */
export function pairProducts(left: tf.Tensor, right: tf.Tensor, pairs: PairedRows): tf.Tensor {
  const rows = left.shape[0] ?? 0;
  const { first, second } = pairs;
  if (first.length < pairsPerEntry * rows * rows) {
    return tf.sum(tf.mul(gatherRows(left, first), gatherRows(right, second)), 1);
  }
  const products = tf.matMul(left, tf.transpose(right));
  return tf.gather(
    tf.reshape(products, [-1]),
    tf.tensor1d(
      first.map((row, pair) => row * rows + (second[pair] ?? 0)),
      'int32',
    ),
  );
}

/** Copies of rows, `[indices, dimension]`. */
export function gatherRows(matrix: tf.Tensor, indices: Int32Array): tf.Tensor {
  return tf.gather(matrix, tf.tensor1d(indices, 'int32'));
}
