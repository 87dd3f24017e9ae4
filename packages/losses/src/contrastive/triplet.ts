import * as tf from '@tensorflow/tfjs-core';
import type { EmbeddingLossOf } from '@polyhead/types';
import { assertInRange, assertOneOf } from '../options.ts';
import { embeddingDistances, pairDistances, type EmbeddingDistance } from './pair-distances.ts';
import { joinRows } from './pair-products.ts';
import { defineEmbeddingLoss } from './define-embedding-loss.ts';

/** Options of {@link triplet}. */
export interface TripletOptions {
  /** How much farther than the positive the negative must be. @default 5 */
  readonly margin?: number | undefined;
  /** @default 'euclidean' */
  readonly distance?: EmbeddingDistance | undefined;
}

/**
 * Triplet loss: `max(d(anchor, positive) - d(anchor, negative) + margin, 0)`, the mean over triplets
 * (sentence-transformers: TripletLoss). The default margin fits embeddings that are not normalized; distances of
 * normalized ones end at 2.
 * @throws {PolyheadError} INVALID_ARGUMENT here; SHAPE_MISMATCH in `compute`
 */
export function triplet(options: TripletOptions = {}): EmbeddingLossOf<tf.Tensor, 'triplets'> {
  const name = 'triplet';
  const { margin = 5, distance = 'euclidean' } = options;
  assertInRange('margin', margin, { minimum: 0, below: Infinity });
  assertOneOf('distance', distance, embeddingDistances);
  return defineEmbeddingLoss(name, 'triplets', (embeddings, batch) => {
    const { anchors, positives, negatives } = batch;
    const first = joinRows(anchors, anchors);
    const second = joinRows(positives, negatives);
    const distances = tf.reshape(pairDistances(embeddings, { first, second }, { distance }), [2, -1]);
    const [near, far] = tf.unstack(distances) as [tf.Tensor, tf.Tensor];
    return tf.mean(tf.relu(tf.add(tf.sub(near, far), margin)));
  });
}
