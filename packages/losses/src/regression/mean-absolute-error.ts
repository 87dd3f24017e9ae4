import * as tf from '@tensorflow/tfjs-core';
import type { Loss } from '@polyhead/types';
import { elementwiseLoss } from './elementwise-loss.ts';

/**
 * Mean absolute error over all entries; predictions and targets are `[rows, outputs]`. Its gradient at 0 is 0.
 * @throws {PolyheadError} SHAPE_MISMATCH in `compute`
 */
export function meanAbsoluteError(): Loss<tf.Tensor> {
  return elementwiseLoss('mean-absolute-error', (predictions, targets) => tf.abs(tf.sub(predictions, targets)));
}
