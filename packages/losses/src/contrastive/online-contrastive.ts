import * as tf from '@tensorflow/tfjs-core';
import { PolyheadError, type EmbeddingLossOf, type PairBatch } from '@polyhead/types';
import { smallestWeight } from '../mean-loss.ts';
import { differenceOffset, resolveContrastiveOptions, type ContrastiveOptions } from './contrastive.ts';
import { pairDistances } from './pair-distances.ts';
import { excluded } from './pair-weights.ts';
import { defineEmbeddingLoss } from './define-embedding-loss.ts';

/**
 * Contrastive loss over the hard pairs of a batch: positives farther apart than the closest negative, and negatives closer
 * than the farthest positive; where a batch has only one kind, those beyond the mean of that kind. A sum, not a mean:
 * `d^2` of hard positives and `max(margin - d, 0)^2` of hard negatives, times their weights; a pair of weight 0 is not
 * looked at. Targets are 0 or 1 (sentence-transformers: OnlineContrastiveLoss).
 * @throws {PolyheadError} INVALID_ARGUMENT here; SHAPE_MISMATCH, INVALID_ARGUMENT in `compute`
 */
export function onlineContrastive(options: ContrastiveOptions = {}): EmbeddingLossOf<tf.Tensor, 'pairs'> {
  const name = 'online-contrastive';
  const { margin, distance } = resolveContrastiveOptions(options);
  return defineEmbeddingLoss(name, 'pairs', (embeddings, batch) => {
    assertBinaryTargets(name, batch);
    const distances = pairDistances(embeddings, batch, { distance, offset: differenceOffset });
    const positives = weightsOfKind(batch, 1);
    const negatives = weightsOfKind(batch, 0);
    const closest = negatives.some((weight) => weight > 0)
      ? tf.min(tf.add(distances, exclusion(negatives)))
      : weightedMean(distances, positives);
    const farthest = positives.some((weight) => weight > 0)
      ? tf.max(tf.sub(distances, exclusion(positives)))
      : weightedMean(distances, negatives);
    const hardPositives = tf.mul(tf.tensor1d(positives), tf.cast(tf.greater(distances, closest), 'float32'));
    const hardNegatives = tf.mul(tf.tensor1d(negatives), tf.cast(tf.less(distances, farthest), 'float32'));
    const near = tf.mul(hardPositives, tf.square(distances));
    const far = tf.mul(hardNegatives, tf.square(tf.relu(tf.sub(margin, distances))));
    return tf.sum(tf.add(near, far));
  });
}

/** The weight of each pair of one kind, 0 for pairs of the other. */
function weightsOfKind({ targets, weights }: PairBatch, target: number): Float32Array {
  return targets.map((value, pair) => (value === target ? (weights?.[pair] ?? 1) : 0));
}

function exclusion(weights: Float32Array): tf.Tensor {
  return tf.tensor1d(weights.map((weight) => (weight > 0 ? 0 : excluded)));
}

function weightedMean(distances: tf.Tensor, weights: Float32Array): tf.Tensor {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return tf.div(tf.sum(tf.mul(distances, tf.tensor1d(weights))), Math.max(total, smallestWeight));
}

function assertBinaryTargets(loss: string, { targets }: PairBatch): void {
  const position = targets.findIndex((target) => target !== 0 && target !== 1);
  if (position === -1) return;
  throw new PolyheadError('INVALID_ARGUMENT', {
    message: `The loss "${loss}" cannot be computed: targets[${position}] is ${String(targets[position])}.`,
    remedy: 'Its targets are 1 for texts that belong together and 0 for others; "contrastive" takes values between.',
  });
}
