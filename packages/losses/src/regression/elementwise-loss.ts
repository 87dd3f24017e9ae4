import * as tf from '@tensorflow/tfjs-core';
import type { Loss } from '@polyhead/types';
import { assertBatch, meanOverRows } from '../mean-loss.ts';

/** A regression loss that is the mean of a cost of each entry of `[rows, outputs]`. */
export function elementwiseLoss(
  name: string,
  cost: (predictions: tf.Tensor, targets: tf.Tensor) => tf.Tensor,
): Loss<tf.Tensor> {
  return {
    name,
    tasks: ['regression'],
    compute: (predictions, targets, sampleWeights) =>
      tf.tidy(() => {
        assertBatch(name, predictions, { targets, weights: sampleWeights });
        return meanOverRows(tf.mean(cost(predictions, targets), 1), sampleWeights);
      }),
  };
}
