import * as tf from '@tensorflow/tfjs-core';
import type { EmbeddingLossOf } from '@polyhead/types';
import { assertPositive } from '../options.ts';
import { normalizeRows } from './normalize-rows.ts';
import { orderLoss } from './order-loss.ts';
import { pairProducts } from './pair-products.ts';
import { defineEmbeddingLoss } from './define-embedding-loss.ts';

/** Options of {@link cosent}. */
export interface CosentOptions {
  /** Cosines are multiplied by this (1 / temperature). @default 20 */
  readonly scale?: number | undefined;
}

/**
 * CoSENT loss: `log(1 + sum of exp(scale (cos_i - cos_j)))` over all pairs i and j with a target of i below that of j; only
 * the order of targets counts (sentence-transformers: CoSENTLoss). A weight of 2 is the pair given twice.
 * @throws {PolyheadError} INVALID_ARGUMENT here; SHAPE_MISMATCH, INVALID_ARGUMENT in `compute`
 */
export function cosent(options: CosentOptions = {}): EmbeddingLossOf<tf.Tensor, 'pairs'> {
  const name = 'cosent';
  const { scale = 20 } = options;
  assertPositive('scale', scale);
  return defineEmbeddingLoss(name, 'pairs', (embeddings, batch) => {
    const unit = normalizeRows(embeddings);
    return orderLoss(tf.mul(scale, pairProducts(unit, unit, batch)), batch);
  });
}
