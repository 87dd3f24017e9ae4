import * as tf from '@tensorflow/tfjs-core';
import type { EmbeddingLossOf } from '@polyhead/types';
import { batchDistances } from './batch-distances.ts';
import { resolveBatchTripletOptions, type BatchTripletOptions } from './batch-triplet-options.ts';
import { measureGroups, splitRows, type MeasuredGroups } from './triplet-mining.ts';
import { defineEmbeddingLoss } from './define-embedding-loss.ts';

/**
 * Triplet loss of all triplets that a batch holds, the mean over those whose loss is above 0 (sentence-transformers:
 * BatchAllTripletLoss); 0 if there are none. The cost grows with the third power of the rows of a label.
 * @throws {PolyheadError} INVALID_ARGUMENT here; SHAPE_MISMATCH, INVALID_ARGUMENT in `compute`
 */
export function batchAllTriplet(options: BatchTripletOptions = {}): EmbeddingLossOf<tf.Tensor, 'groups'> {
  const name = 'batch-all-triplet';
  const { margin, distance } = resolveBatchTripletOptions(options);
  return defineEmbeddingLoss(name, 'groups', (embeddings, batch) => {
    const distances = batchDistances(embeddings, distance);
    const { occurrences, count } = countActiveTriplets(measureGroups(distances, batch), margin);
    const gaps = tf.sum(tf.mul(distances, tf.tensor2d(occurrences, [...distances.shape] as [number, number])));
    return count === 0 ? tf.mul(gaps, 0) : tf.add(tf.div(gaps, count), margin);
  });
}

/**
 * How many triplets have a loss above 0, and for each two rows how often their distance stands in those as that of anchor
 * and positive less how often as that of anchor and negative, `[rows, rows]`: the sum of losses is linear in distances.
 */
function countActiveTriplets(groups: MeasuredGroups, margin: number): { occurrences: Float32Array; count: number } {
  const { rows, distances } = groups;
  const occurrences = new Float32Array(rows * rows);
  let count = 0;
  for (let row = 0; row < rows; row++) {
    const { partners, others } = splitRows(groups, row);
    const start = row * rows;
    for (const partner of partners) {
      const limit = (distances[start + partner] ?? 0) + margin;
      const active = others.filter((other) => (distances[start + other] ?? 0) < limit);
      for (const other of active) occurrences[start + other] = (occurrences[start + other] ?? 0) - 1;
      occurrences[start + partner] = (occurrences[start + partner] ?? 0) + active.length;
      count += active.length;
    }
  }
  return { occurrences, count };
}
