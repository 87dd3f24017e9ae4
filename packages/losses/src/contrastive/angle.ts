import * as tf from '@tensorflow/tfjs-core';
import { PolyheadError, type EmbeddingLossOf } from '@polyhead/types';
import { assertPositive } from '../options.ts';
import { normalizeRows } from './normalize-rows.ts';
import { orderLoss } from './order-loss.ts';
import { pairProducts } from './pair-products.ts';
import { defineEmbeddingLoss } from './define-embedding-loss.ts';

/** Options of {@link angle}. */
export interface AngleOptions {
  /** Similarities are multiplied by this (1 / temperature). @default 20 */
  readonly scale?: number | undefined;
}

/**
 * AnglE loss (Li and Li 2023, arXiv 2309.12871): CoSENT's order over `|x . y + x_last . y_first - x_first . y_last|` instead
 * of the cosine, with `x` and `y` normalized and cut into a first and a last half, the real and imaginary parts of complex
 * numbers. Unlike the cosine this has a slope where two texts are equal (sentence-transformers: AnglELoss).
 * @throws {PolyheadError} INVALID_ARGUMENT here; SHAPE_MISMATCH, INVALID_ARGUMENT in `compute`
 */
export function angle(options: AngleOptions = {}): EmbeddingLossOf<tf.Tensor, 'pairs'> {
  const name = 'angle';
  const { scale = 20 } = options;
  assertPositive('scale', scale);
  return defineEmbeddingLoss(name, 'pairs', (embeddings, batch) => {
    assertHalves(name, embeddings);
    const unit = normalizeRows(embeddings);
    const [real, imaginary] = tf.split(unit, 2, 1) as [tf.Tensor, tf.Tensor];
    // x . (y + z) with z = (-y_last, y_first) is the sum of both parts.
    const turned = tf.add(unit, tf.concat([tf.neg(imaginary), real], 1));
    return orderLoss(tf.mul(scale, tf.abs(pairProducts(unit, turned, batch))), batch);
  });
}

function assertHalves(loss: string, embeddings: tf.Tensor): void {
  const [, dimension = 0] = embeddings.shape;
  if (dimension % 2 === 0) return;
  throw new PolyheadError('SHAPE_MISMATCH', {
    message: `The loss "${loss}" cannot be computed: embeddings of ${dimension} entries cannot be halved.`,
    remedy: 'Use an encoder of an even dimension, or the loss "cosent".',
  });
}
