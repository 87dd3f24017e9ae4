import * as tf from '@tensorflow/tfjs-core';
import type { EmbeddingLossOf } from '@polyhead/types';
import { meanOverRows } from '../mean-loss.ts';
import { normalizeRows } from './normalize-rows.ts';
import { pairProducts } from './pair-products.ts';
import { weightsOf } from './pair-weights.ts';
import { defineEmbeddingLoss } from './define-embedding-loss.ts';

/**
 * Squared difference of the cosine of each pair and its target, the weighted mean over pairs: SetFit's default
 * (sentence-transformers: CosineSimilarityLoss). Targets may be any similarity from -1 to 1.
 * @throws {PolyheadError} SHAPE_MISMATCH, INVALID_ARGUMENT in `compute`
 */
export function cosineSimilarity(): EmbeddingLossOf<tf.Tensor, 'pairs'> {
  const name = 'cosine-similarity';
  return defineEmbeddingLoss(name, 'pairs', (embeddings, batch) => {
    const unit = normalizeRows(embeddings);
    const errors = tf.squaredDifference(pairProducts(unit, unit, batch), tf.tensor1d(batch.targets));
    return meanOverRows(errors, weightsOf(batch));
  });
}
