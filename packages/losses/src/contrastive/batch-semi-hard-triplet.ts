import * as tf from '@tensorflow/tfjs-core';
import type { EmbeddingLossOf, GroupBatch } from '@polyhead/types';
import { assertGroupBatch } from './batch-checks.ts';
import { batchDistances } from './batch-distances.ts';
import { resolveBatchTripletOptions, type BatchTripletOptions } from './batch-triplet-options.ts';
import { createGroupMasks, listPartners } from './groups.ts';
import { gatherEntries, gatherRows, type PairedRows } from './pair-products.ts';
import { excluded } from './pair-weights.ts';

/**
 * Triplet loss of each row and each of its partners with the nearest other row that is farther than the partner, or the
 * farthest other row if none is; the mean over rows and partners, 0 if there are none (Schroff et al. 2015, arXiv
 * 1503.03832; sentence-transformers: BatchSemiHardTripletLoss).
 * @throws {PolyheadError} INVALID_ARGUMENT here; SHAPE_MISMATCH, INVALID_ARGUMENT in `compute`
 */
export function batchSemiHardTriplet(options: BatchTripletOptions = {}): EmbeddingLossOf<tf.Tensor, 'groups'> {
  const name = 'batch-semi-hard-triplet';
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
        const gaps = tf.sub(gatherEntries(distances, pairs), semiHardDistances(distances, batch, pairs));
        return tf.mean(tf.relu(tf.add(gaps, margin)));
      }),
  };
}

/** The distance of each pair's anchor to its semi-hard negative, `[pairs]`. */
function semiHardDistances(distances: tf.Tensor, batch: GroupBatch, pairs: PairedRows): tf.Tensor {
  const [rows = 0] = distances.shape;
  const { others } = createGroupMasks(batch, rows);
  const fromAnchor = gatherRows(distances, pairs.first);
  const toPartner = tf.expandDims(gatherEntries(distances, pairs), 1);
  const isOutside = tf.mul(gatherRows(others, pairs.first), tf.cast(tf.greater(fromAnchor, toPartner), 'float32'));
  const nearestOutside = tf.min(tf.add(fromAnchor, tf.mul(excluded, tf.sub(1, isOutside))), 1);
  // Measured from the nearest row of all, which stands in where there are no others.
  const nearest = tf.min(distances, 1, true);
  const farthest = tf.add(tf.max(tf.mul(tf.sub(distances, nearest), others), 1), tf.squeeze(nearest, [1]));
  return tf.where(tf.greater(tf.max(isOutside, 1), 0), nearestOutside, gatherRows(farthest, pairs.first));
}
