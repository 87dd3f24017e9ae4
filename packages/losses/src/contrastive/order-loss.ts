import * as tf from '@tensorflow/tfjs-core';
import type { PairBatch } from '@polyhead/types';
import { excluded } from './pair-weights.ts';

/**
 * `log(1 + sum of w_i w_j exp(s_i - s_j))` over all i and j with a target of i below that of j: small if scores are in the
 * order of the targets (CoSENT). The sum is split by the target of i: for each, the log-sum-exp of its scores plus that of
 * the negated scores above it, which never overflows and costs `targets * pairs` instead of `pairs^2`.
 * @param scores `[pairs]`
 */
export function orderLoss(scores: tf.Tensor, batch: PairBatch): tf.Tensor {
  const { targets } = batch;
  const weights = batch.weights ?? new Float32Array(targets.length).fill(1);
  const logWeights = weights.map((weight) => (weight > 0 ? Math.log(weight) : -excluded));
  const counted = targets.filter((_, pair) => (weights[pair] ?? 0) > 0);
  const levels = [...new Set(counted)].sort((a, b) => a - b).slice(0, -1);
  // All pairs are alike: there is no order, but there must be a gradient.
  if (levels.length === 0) return tf.mul(tf.sum(scores), 0);

  const masked = (isMember: (target: number, level: number) => boolean): tf.Tensor => {
    const mask = new Float32Array(levels.length * targets.length);
    levels.forEach((level, row) => {
      const members = targets.map((target, pair) =>
        isMember(target, level) ? (logWeights[pair] ?? -excluded) : -excluded,
      );
      mask.set(members, row * targets.length);
    });
    return tf.tensor2d(mask, [levels.length, targets.length]);
  };
  const below = tf.logSumExp(
    tf.add(
      scores,
      masked((target, level) => target === level),
    ),
    1,
  );
  const above = tf.logSumExp(
    tf.sub(
      masked((target, level) => target > level),
      scores,
    ),
    1,
  );
  return tf.logSumExp(tf.concat([tf.zeros([1]), tf.add(below, above)]));
}
