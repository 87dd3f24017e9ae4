import * as tf from '@tensorflow/tfjs-core';
import type { Task } from '@polyhead/types';

/** How the losses of heads are added up: by given weights, or by uncertainties that are learned with the heads. */
export type WeightedBy = 'weights' | 'uncertainty';

/** What a head's loss counts at a logarithm of a variance: exp(-s), and half of it for regression. */
export function weightAt(logVariance: number, task: Task): number {
  return Math.exp(-logVariance) * scaleOf(task);
}

/**
 * One head's share of the sum when uncertainties are learned (Kendall, Gal and Cipolla 2018, arXiv 1705.07115):
 * `exp(-s) loss + s / 2`, and half of the loss for regression, where s is the logarithm of a variance.
 */
export function uncertainLoss(loss: tf.Tensor, logVariance: tf.Tensor, task: Task): tf.Tensor {
  const precision = tf.exp(tf.neg(logVariance));
  const cost = tf.mul(scaleOf(task), tf.mul(precision, loss));
  return tf.add(cost, tf.mul(0.5, logVariance));
}

function scaleOf(task: Task): number {
  return task === 'regression' ? 0.5 : 1;
}
