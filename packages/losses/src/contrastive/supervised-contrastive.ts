import * as tf from '@tensorflow/tfjs-core';
import type { EmbeddingLossOf } from '@polyhead/types';
import { meanOverRows } from '../mean-loss.ts';
import { assertPositive } from '../options.ts';
import { normalizeRows } from './normalize-rows.ts';
import { excluded } from './pair-weights.ts';
import { defineEmbeddingLoss } from './define-embedding-loss.ts';

/** Options of {@link supervisedContrastive}. */
export interface SupervisedContrastiveOptions {
  /** Cosines are divided by this. @default 0.07 */
  readonly temperature?: number | undefined;
}

/** The loss is multiplied by temperature / this, so that temperatures give gradients of like size. */
const baseTemperature = 0.07;

/**
 * Supervised contrastive loss (Khosla et al. 2020, arXiv 2004.11362): for each row the mean over its partners of the
 * cross-entropy of choosing that partner among all other rows, by cosine / temperature; the mean over rows, times
 * temperature / 0.07 (SetFit: SupConLoss). Rows without a partner are left out of the mean; 0 if no row has one.
 * @throws {PolyheadError} INVALID_ARGUMENT here; SHAPE_MISMATCH, INVALID_ARGUMENT in `compute`
 */
export function supervisedContrastive(
  options: SupervisedContrastiveOptions = {},
): EmbeddingLossOf<tf.Tensor, 'groups'> {
  const name = 'supervised-contrastive';
  const { temperature = baseTemperature } = options;
  assertPositive('temperature', temperature);
  return defineEmbeddingLoss(name, 'groups', (embeddings, batch) => {
    const [rows = 0] = embeddings.shape;
    const partners = tf.tensor2d(
      batch.alike.map((value, position) => (position % (rows + 1) === 0 ? 0 : value)),
      [rows, rows],
    );
    const unit = normalizeRows(embeddings);
    const scores = tf.div(tf.matMul(unit, tf.transpose(unit)), temperature);
    const amongOthers = tf.logSumExp(tf.sub(scores, tf.mul(excluded, tf.eye(rows))), 1, true);
    const counts = tf.sum(partners, 1);
    const costs = tf.sum(tf.mul(partners, tf.sub(amongOthers, scores)), 1);
    const rowLosses = tf.div(costs, tf.maximum(counts, 1));
    const hasPartner = tf.cast(tf.greater(counts, 0), 'float32');
    return tf.mul(temperature / baseTemperature, meanOverRows(rowLosses, hasPartner));
  });
}
