import * as tf from '@tensorflow/tfjs-core';
import type { EmbeddingLossOf } from '@polyhead/types';
import { assertBoolean, assertPositive } from '../options.ts';
import { normalizeRows } from './normalize-rows.ts';
import { gatherRows, joinRows } from './pair-products.ts';
import { defineEmbeddingLoss } from './define-embedding-loss.ts';

/** Options of {@link multipleNegativesRanking}. */
export interface MultipleNegativesRankingOptions {
  /** Cosines are multiplied by this (1 / temperature). @default 20 */
  readonly scale?: number | undefined;
  /** Whether each partner must find its anchor too; the loss is then the mean of both directions. @default false */
  readonly symmetric?: boolean | undefined;
}

/**
 * Multiple negatives ranking loss (InfoNCE): cross-entropy of each anchor's choice of its own partner among the partners of
 * all anchors and the negatives, by scaled cosines; the mean over anchors (sentence-transformers:
 * MultipleNegativesRankingLoss, and MultipleNegativesSymmetricRankingLoss with `symmetric`). A text that is the partner of
 * two anchors counts as a wrong choice for either, so draw batches without.
 * @throws {PolyheadError} INVALID_ARGUMENT here; SHAPE_MISMATCH in `compute`
 */
export function multipleNegativesRanking(
  options: MultipleNegativesRankingOptions = {},
): EmbeddingLossOf<tf.Tensor, 'ranking'> {
  const name = 'multiple-negatives-ranking';
  const { scale = 20, symmetric = false } = options;
  assertPositive('scale', scale);
  assertBoolean('symmetric', symmetric);
  return defineEmbeddingLoss(name, 'ranking', (embeddings, batch) => {
    const { anchors, positives, negatives = new Int32Array() } = batch;
    const unit = normalizeRows(embeddings);
    const candidates = gatherRows(unit, joinRows(positives, negatives));
    const scores = tf.mul(scale, tf.matMul(gatherRows(unit, anchors), tf.transpose(candidates)));
    const choices = choiceLoss(scores);
    if (!symmetric) return choices;
    const among = tf.slice(scores, [0, 0], [anchors.length, anchors.length]);
    return tf.mul(0.5, tf.add(choices, choiceLoss(tf.transpose(among))));
  });
}

/** Mean cross-entropy where row i should choose column i. */
function choiceLoss(scores: tf.Tensor): tf.Tensor {
  const [rows = 0, columns = 0] = scores.shape;
  const wanted = tf.oneHot(tf.range(0, rows, 1, 'int32'), columns);
  return tf.neg(tf.mean(tf.sum(tf.mul(wanted, tf.logSoftmax(scores)), 1)));
}
