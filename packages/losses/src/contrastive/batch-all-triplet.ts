import * as tf from '@tensorflow/tfjs-core';
import type { EmbeddingLossOf } from '@polyhead/types';
import { assertGroupBatch } from './batch-checks.ts';
import { batchDistances } from './batch-distances.ts';
import { resolveBatchTripletOptions, type BatchTripletOptions } from './batch-triplet-options.ts';
import { createGroupMasks, listPartners } from './groups.ts';
import { gatherEntries, gatherRows } from './pair-products.ts';

/**
 * Triplet loss of all triplets that a batch holds, the mean over those whose loss is above 0 (sentence-transformers:
 * BatchAllTripletLoss); 0 if there are none. The cost grows with the third power of the rows of a label.
 * @throws {PolyheadError} INVALID_ARGUMENT here; SHAPE_MISMATCH, INVALID_ARGUMENT in `compute`
 */
export function batchAllTriplet(options: BatchTripletOptions = {}): EmbeddingLossOf<tf.Tensor, 'groups'> {
  const name = 'batch-all-triplet';
  const { margin, distance } = resolveBatchTripletOptions(options);
  return {
    name,
    batchShape: 'groups',
    compute: (embeddings, batch) =>
      tf.tidy(() => {
        assertGroupBatch({ loss: name, embeddings, batch });
        const [rows = 0] = embeddings.shape;
        const pairs = listPartners(batch, rows);
        if (pairs.first.length === 0) return tf.mul(tf.sum(embeddings), 0);
        const distances = batchDistances(embeddings, distance);
        const toPartner = tf.expandDims(gatherEntries(distances, pairs), 1);
        const gaps = tf.add(tf.sub(toPartner, gatherRows(distances, pairs.first)), margin);
        const losses = tf.relu(tf.mul(gaps, gatherRows(createGroupMasks(batch, rows).others, pairs.first)));
        const count = tf.sum(tf.cast(tf.greater(losses, 0), 'float32'));
        return tf.div(tf.sum(losses), tf.maximum(count, 1));
      }),
  };
}
