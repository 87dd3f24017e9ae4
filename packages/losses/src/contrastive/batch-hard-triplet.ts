import * as tf from '@tensorflow/tfjs-core';
import type { EmbeddingLossOf } from '@polyhead/types';
import { batchDistances, type BatchDistance } from './batch-distances.ts';
import { resolveBatchTripletOptions, type BatchTripletOptions } from './batch-triplet-options.ts';
import { findHardTriplets, measureGroups, tripletGaps } from './triplet-mining.ts';
import { defineEmbeddingLoss } from './define-embedding-loss.ts';

/** Options of {@link batchHardSoftMarginTriplet}. */
export type BatchSoftMarginTripletOptions = Omit<BatchTripletOptions, 'margin'>;

/**
 * Triplet loss of each row with its farthest partner and its nearest other row, the mean over rows (Hermans et al. 2017,
 * arXiv 1703.07737; sentence-transformers: BatchHardTripletLoss). A row without a partner counts with a
 * distance of 0 to it.
 * @throws {PolyheadError} INVALID_ARGUMENT here; SHAPE_MISMATCH, INVALID_ARGUMENT in `compute`
 */
export function batchHardTriplet(options: BatchTripletOptions = {}): EmbeddingLossOf<tf.Tensor, 'groups'> {
  const { margin, distance } = resolveBatchTripletOptions(options);
  return hardLoss('batch-hard-triplet', distance, (gaps) => tf.relu(tf.add(gaps, margin)));
}

/**
 * {@link batchHardTriplet} with `log(1 + exp(d))` of the difference of distances instead of a margin
 * (sentence-transformers: BatchHardSoftMarginTripletLoss).
 * @throws {PolyheadError} INVALID_ARGUMENT here; SHAPE_MISMATCH, INVALID_ARGUMENT in `compute`
 */
export function batchHardSoftMarginTriplet(
  options: BatchSoftMarginTripletOptions = {},
): EmbeddingLossOf<tf.Tensor, 'groups'> {
  const { distance } = resolveBatchTripletOptions(options);
  return hardLoss('batch-hard-soft-margin-triplet', distance, tf.softplus);
}

function hardLoss(
  name: string,
  distance: BatchDistance,
  cost: (gaps: tf.Tensor) => tf.Tensor,
): EmbeddingLossOf<tf.Tensor, 'groups'> {
  return defineEmbeddingLoss(name, 'groups', (embeddings, batch) => {
    const distances = batchDistances(embeddings, distance);
    return tf.mean(cost(tripletGaps(distances, findHardTriplets(measureGroups(distances, batch)))));
  });
}
