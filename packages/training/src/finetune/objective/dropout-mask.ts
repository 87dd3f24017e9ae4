import * as tf from '@tensorflow/tfjs-core';
import type { RandomGenerator } from '@polyhead/types';

/** Inverted dropout: elements become 0 with probability `rate`, the others grow by `1 / (1 - rate)`. */
export function dropOut(tensor: tf.Tensor2D, rate: number, random: RandomGenerator): tf.Tensor2D {
  if (rate === 0) return tensor;
  const kept = 1 / (1 - rate);
  const mask = Float32Array.from({ length: tensor.size }, () => (random.next() < rate ? 0 : kept));
  return tf.mul(tensor, tf.tensor2d(mask, tensor.shape));
}
