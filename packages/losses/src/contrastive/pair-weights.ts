import * as tf from '@tensorflow/tfjs-core';
import type { PairBatch } from '@polyhead/types';

/** The weights of pairs, `[pairs]`; undefined if all count the same. */
export function weightsOf(batch: PairBatch): tf.Tensor | undefined {
  return batch.weights === undefined ? undefined : tf.tensor1d(batch.weights);
}

/** Added to what a minimum, maximum or log-sum-exp is to leave out. */
export const excluded = 1e30;
