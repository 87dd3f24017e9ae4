import * as tf from '@tensorflow/tfjs-core';

/** Squared lengths up to this count as 0. */
const smallestSquaredLength = 1e-24;

/**
 * Rows of length 1. A row of zeros has no direction: it stays zeros and gets no gradient, where PyTorch's `normalize`
 * would multiply its gradient by 1e12.
 * @param embeddings `[rows, dimension]`
 */
export function normalizeRows(embeddings: tf.Tensor): tf.Tensor {
  const squaredLengths = tf.sum(tf.square(embeddings), 1, true);
  const isLong = tf.cast(tf.greater(squaredLengths, smallestSquaredLength), 'float32');
  return tf.mul(embeddings, tf.mul(isLong, tf.rsqrt(tf.maximum(squaredLengths, smallestSquaredLength))));
}
