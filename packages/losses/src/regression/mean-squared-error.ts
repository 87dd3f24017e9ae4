import * as tf from '@tensorflow/tfjs-core';
import type { Loss } from '@polyhead/types';
import { elementwiseLoss } from './elementwise-loss.ts';

/**
 * Mean squared error over all entries; predictions and targets are `[rows, outputs]`.
 * @throws {PolyheadError} SHAPE_MISMATCH in `compute`
 */
export function meanSquaredError(): Loss<tf.Tensor> {
  return elementwiseLoss('mean-squared-error', tf.squaredDifference);
}
