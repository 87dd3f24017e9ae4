import * as tf from '@tensorflow/tfjs-core';
import type { PairBatch } from '@polyhead/types';

/** The weights of pairs, `[pairs]`; undefined if all count the same. */
export function weightsOf(batch: PairBatch): tf.Tensor | undefined {
  return batch.weights === undefined ? undefined : tf.tensor1d(batch.weights);
}
