import * as tf from '@tensorflow/tfjs-core';
import type { EmbeddingLossOf } from '@polyhead/types';
import { meanOverRows } from '../mean-loss.ts';
import { assertInRange, assertOneOf } from '../options.ts';
import { embeddingDistances, pairDistances, type EmbeddingDistance } from './pair-distances.ts';
import { weightsOf } from './pair-weights.ts';
import { defineEmbeddingLoss } from './define-embedding-loss.ts';

/** Options of {@link contrastive} and {@link onlineContrastive}. */
export interface ContrastiveOptions {
  /** Pairs that do not belong together are pushed until they are this far apart. @default 0.5 */
  readonly margin?: number | undefined;
  /** @default 'cosine' */
  readonly distance?: EmbeddingDistance | undefined;
}

/** PyTorch's `pairwise_distance` adds this to each entry of a difference. */
export const differenceOffset = 1e-6;

/**
 * Contrastive loss (Hadsell et al. 2006): `(t d^2 + (1 - t) max(margin - d, 0)^2) / 2` of each pair at distance `d` with
 * target `t` in [0, 1], the weighted mean over pairs (sentence-transformers: ContrastiveLoss).
 * @throws {PolyheadError} INVALID_ARGUMENT here; SHAPE_MISMATCH, INVALID_ARGUMENT in `compute`
 */
export function contrastive(options: ContrastiveOptions = {}): EmbeddingLossOf<tf.Tensor, 'pairs'> {
  const name = 'contrastive';
  const { margin, distance } = resolveContrastiveOptions(options);
  return defineEmbeddingLoss(name, 'pairs', (embeddings, batch) => {
    const distances = pairDistances(embeddings, batch, { distance, offset: differenceOffset });
    const targets = tf.tensor1d(batch.targets);
    const near = tf.mul(targets, tf.square(distances));
    const far = tf.mul(tf.sub(1, targets), tf.square(tf.relu(tf.sub(margin, distances))));
    return meanOverRows(tf.mul(0.5, tf.add(near, far)), weightsOf(batch));
  });
}

/**
 * Options with their defaults.
 * @throws {PolyheadError} INVALID_ARGUMENT
 */
export function resolveContrastiveOptions(options: ContrastiveOptions): {
  margin: number;
  distance: EmbeddingDistance;
} {
  const { margin = 0.5, distance = 'cosine' } = options;
  assertInRange('margin', margin, { minimum: 0, below: Infinity });
  assertOneOf('distance', distance, embeddingDistances);
  return { margin, distance };
}
