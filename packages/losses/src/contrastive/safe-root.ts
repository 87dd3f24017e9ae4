import * as tf from '@tensorflow/tfjs-core';

/**
 * The square root, whose gradient at 0 is taken to be 0 instead of infinite. Negative rounding errors count as 0; what is
 * not a number stays so.
 */
export function safeRoot(squares: tf.Tensor): tf.Tensor {
  const isZero = tf.lessEqual(squares, 0);
  const roots = tf.sqrt(tf.where(isZero, tf.onesLike(squares), squares));
  return tf.mul(roots, tf.sub(1, tf.cast(isZero, 'float32')));
}
