import * as tf from '@tensorflow/tfjs-core';
import type { Loss } from '@polyhead/types';
import { assertPositive } from '../options.ts';
import { elementwiseLoss } from './elementwise-loss.ts';

/** Options of {@link huber}. */
export interface HuberOptions {
  /** The error at which the loss turns from quadratic to linear. @default 1 */
  readonly delta?: number | undefined;
}

/** Options of {@link smoothL1}. */
export interface SmoothL1Options {
  /** The error at which the loss turns from quadratic to linear. @default 1 */
  readonly beta?: number | undefined;
}

/**
 * Huber loss, the mean over all entries of `e^2 / 2` up to an error of `delta` and `delta (|e| - delta / 2)` beyond.
 * @throws {PolyheadError} INVALID_ARGUMENT here; SHAPE_MISMATCH in `compute`
 */
export function huber(options: HuberOptions = {}): Loss<tf.Tensor> {
  const delta = options.delta ?? 1;
  assertPositive('delta', delta);
  return elementwiseLoss('huber', (predictions, targets) => huberCost(tf.sub(predictions, targets), delta));
}

/**
 * Smooth L1 loss: Huber divided by its bend, so that its slope far out is 1 (PyTorch's SmoothL1Loss).
 * @throws {PolyheadError} INVALID_ARGUMENT here; SHAPE_MISMATCH in `compute`
 */
export function smoothL1(options: SmoothL1Options = {}): Loss<tf.Tensor> {
  const beta = options.beta ?? 1;
  assertPositive('beta', beta);
  return elementwiseLoss('smooth-l1', (predictions, targets) =>
    tf.div(huberCost(tf.sub(predictions, targets), beta), beta),
  );
}

/** With `q = min(|e|, delta)`: `q^2 / 2 + delta (|e| - q)`. */
function huberCost(errors: tf.Tensor, delta: number): tf.Tensor {
  const distances = tf.abs(errors);
  const quadratic = tf.minimum(distances, delta);
  return tf.add(tf.mul(0.5, tf.square(quadratic)), tf.mul(delta, tf.sub(distances, quadratic)));
}
