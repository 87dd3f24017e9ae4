import * as tf from '@tensorflow/tfjs-core';

/** The square root, whose gradient at 0 is taken to be 0 instead of infinite. Negative rounding errors count as 0. */
export function safeRoot(squares: tf.Tensor): tf.Tensor {
  const isPositive = tf.greater(squares, 0);
  const roots = tf.sqrt(tf.where(isPositive, squares, tf.onesLike(squares)));
  return tf.mul(roots, tf.cast(isPositive, 'float32'));
}
