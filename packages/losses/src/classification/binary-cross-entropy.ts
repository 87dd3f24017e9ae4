import * as tf from '@tensorflow/tfjs-core';
import type { Loss } from '@polyhead/types';
import { assertBatch, meanOverRows, toOutputWeights } from '../mean-loss.ts';
import { toWeights } from '../options.ts';

/** Options of {@link binaryCrossEntropy}. */
export interface BinaryCrossEntropyOptions {
  /** `[labels]`: how much a present label counts, beside 1 for an absent one. @default 1 for every label */
  readonly positiveWeights?: ArrayLike<number> | undefined;
}

/**
 * Binary cross-entropy with logits `[rows, labels]`, the mean over all entries:
 * `w t softplus(-x) + (1 - t) softplus(x)`, which neither overflows nor cancels.
 * Targets are indicators or probabilities `[rows, labels]`.
 * @throws {PolyheadError} INVALID_ARGUMENT here; SHAPE_MISMATCH in `compute`
 */
export function binaryCrossEntropy(options: BinaryCrossEntropyOptions = {}): Loss<tf.Tensor> {
  const name = 'binary-cross-entropy';
  const weights =
    options.positiveWeights === undefined ? undefined : toWeights('positiveWeights', options.positiveWeights);

  return {
    name,
    tasks: ['multi-label'],
    compute: (logits, targets, sampleWeights) =>
      tf.tidy(() => {
        assertBatch(name, logits, { targets, weights: sampleWeights });
        const present =
          weights === undefined
            ? targets
            : tf.mul(targets, toOutputWeights({ loss: name, name: 'positiveWeights', values: weights }, logits));
        const losses = tf.add(
          tf.mul(present, tf.softplus(tf.neg(logits))),
          tf.mul(tf.sub(1, targets), tf.softplus(logits)),
        );
        return meanOverRows(tf.mean(losses, 1), sampleWeights);
      }),
  };
}
