import * as tf from '@tensorflow/tfjs-core';
import type { EmbeddingLossOf } from '@polyhead/types';
import { batchDistances } from './batch-distances.ts';
import { resolveBatchTripletOptions, type BatchTripletOptions } from './batch-triplet-options.ts';
import { findSemiHardTriplets, measureGroups, tripletGaps } from './triplet-mining.ts';
import { defineEmbeddingLoss } from './define-embedding-loss.ts';

/**
 * Triplet loss of each row and each of its partners with the nearest other row that is farther than the partner, or the
 * farthest other row if none is; the mean over rows and partners, 0 if there are none (Schroff et al. 2015, arXiv
 * 1503.03832; sentence-transformers: BatchSemiHardTripletLoss).
 * @throws {PolyheadError} INVALID_ARGUMENT here; SHAPE_MISMATCH, INVALID_ARGUMENT in `compute`
 */
export function batchSemiHardTriplet(options: BatchTripletOptions = {}): EmbeddingLossOf<tf.Tensor, 'groups'> {
  const name = 'batch-semi-hard-triplet';
  const { margin, distance } = resolveBatchTripletOptions(options);
  return defineEmbeddingLoss(name, 'groups', (embeddings, batch) => {
    const distances = batchDistances(embeddings, distance);
    const triplets = findSemiHardTriplets(measureGroups(distances, batch));
    if (triplets.anchors.length === 0) return tf.mul(tf.sum(embeddings), 0);
    return tf.mean(tf.relu(tf.add(tripletGaps(distances, triplets), margin)));
  });
}
