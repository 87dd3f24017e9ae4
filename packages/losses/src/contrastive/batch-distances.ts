import * as tf from '@tensorflow/tfjs-core';
import { normalizeRows } from './normalize-rows.ts';
import { safeRoot } from './safe-root.ts';

/** How far apart two embeddings of a batch are: 1 - cosine, or the length of their difference. */
export type BatchDistance = 'cosine' | 'euclidean';

/** All distances within a batch. */
export const batchDistanceNames: readonly BatchDistance[] = ['cosine', 'euclidean'];

/**
 * The distance of each row to each, `[rows, rows]`; exactly 0 to itself.
 * @param embeddings `[rows, dimension]`
 */
export function batchDistances(embeddings: tf.Tensor, distance: BatchDistance): tf.Tensor {
  const [rows = 0] = embeddings.shape;
  const betweenRows = tf.sub(1, tf.eye(rows));
  if (distance === 'cosine') {
    const unit = normalizeRows(embeddings);
    return tf.mul(betweenRows, tf.sub(1, tf.matMul(unit, tf.transpose(unit))));
  }
  // Distances do not change when all rows are moved, and around their mean fewer digits cancel in the difference below.
  const centered = tf.sub(embeddings, tf.mean(embeddings, 0, true));
  const squaredLengths = tf.sum(tf.square(centered), 1, true);
  const products = tf.matMul(centered, tf.transpose(centered));
  const squares = tf.sub(tf.add(squaredLengths, tf.transpose(squaredLengths)), tf.mul(2, products));
  return safeRoot(tf.mul(betweenRows, squares));
}
