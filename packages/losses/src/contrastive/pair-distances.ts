import * as tf from '@tensorflow/tfjs-core';
import { normalizeRows } from './normalize-rows.ts';
import { gatherRows, pairProducts, type PairedRows } from './pair-products.ts';
import { safeRoot } from './safe-root.ts';

/** How far apart two embeddings are: 1 - cosine, the length of their difference, or the sum of its absolute entries. */
export type EmbeddingDistance = 'cosine' | 'euclidean' | 'manhattan';

/** All distances of pairs. */
export const embeddingDistances: readonly EmbeddingDistance[] = ['cosine', 'euclidean', 'manhattan'];

/** How {@link pairDistances} measures. */
export interface PairDistanceOptions {
  readonly distance: EmbeddingDistance;
  /** Added to each entry of the difference, as PyTorch's `pairwise_distance` does. @default 0 */
  readonly offset?: number;
}

/**
 * The distance of each pair, `[pairs]`. The Euclidean and Manhattan distance are taken from the differences themselves,
 * `[pairs, dimension]`, since the difference of squared lengths loses the digits of close pairs.
 * @param embeddings `[rows, dimension]`
 */
export function pairDistances(embeddings: tf.Tensor, pairs: PairedRows, options: PairDistanceOptions): tf.Tensor {
  const { distance, offset = 0 } = options;
  if (distance === 'cosine') {
    const unit = normalizeRows(embeddings);
    return tf.sub(1, pairProducts(unit, unit, pairs));
  }
  const plain = tf.sub(gatherRows(embeddings, pairs.first), gatherRows(embeddings, pairs.second));
  const differences = offset === 0 ? plain : tf.add(plain, offset);
  return distance === 'euclidean' ? safeRoot(tf.sum(tf.square(differences), 1)) : tf.sum(tf.abs(differences), 1);
}
