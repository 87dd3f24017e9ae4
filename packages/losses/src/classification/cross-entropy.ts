import * as tf from '@tensorflow/tfjs-core';
import type { Loss } from '@polyhead/types';
import { assertBatch, meanOverRows, smallestWeight, toOutputWeights } from '../mean-loss.ts';
import { assertInRange, toWeights } from '../options.ts';

/** Options of {@link crossEntropy}. */
export interface CrossEntropyOptions {
  /** `[classes]`: how much a row of each class counts. @default 1 for every class */
  readonly classWeights?: ArrayLike<number> | undefined;
  /** Share of the target that is spread evenly over all classes, in [0, 1). @default 0 */
  readonly labelSmoothing?: number | undefined;
}

/**
 * Softmax cross-entropy: the mean of `-log p[class]`, from logits `[rows, classes]`.
 * Targets are class indices `[rows]`, or probabilities `[rows, classes]`. With class weights the mean over class
 * indices divides by the sum of the weights of the rows' classes; smoothing weights each class by its own weight
 * (as PyTorch's CrossEntropyLoss).
 * @throws {PolyheadError} INVALID_ARGUMENT here; SHAPE_MISMATCH in `compute`
 */
export function crossEntropy(options: CrossEntropyOptions = {}): Loss<tf.Tensor> {
  const name = 'cross-entropy';
  const smoothing = options.labelSmoothing ?? 0;
  assertInRange('labelSmoothing', smoothing, { minimum: 0, below: 1 });
  const weights = options.classWeights === undefined ? undefined : toWeights('classWeights', options.classWeights);

  return {
    name,
    tasks: ['single-label'],
    compute: (logits, targets, sampleWeights) =>
      tf.tidy(() => {
        assertBatch(name, logits, { targets, weights: sampleWeights, indices: true });
        const classes = logits.shape[1] ?? 0;
        const wanted = targets.rank === 2 ? targets : tf.oneHot(tf.cast(targets, 'int32'), classes);
        const smoothed = smoothing === 0 ? wanted : tf.add(tf.mul(wanted, 1 - smoothing), smoothing / classes);
        const logProbabilities = tf.logSoftmax(logits);
        if (weights === undefined) {
          return meanOverRows(tf.neg(tf.sum(tf.mul(smoothed, logProbabilities), 1)), sampleWeights);
        }
        const classWeights = toOutputWeights({ loss: name, name: 'classWeights', values: weights }, logits);
        const losses = tf.neg(tf.sum(tf.mul(tf.mul(smoothed, classWeights), logProbabilities), 1));
        if (targets.rank === 2) return meanOverRows(losses, sampleWeights);
        const rowWeights = tf.sum(tf.mul(wanted, classWeights), 1);
        const [sums, counts] =
          sampleWeights === undefined
            ? [losses, rowWeights]
            : [tf.mul(losses, sampleWeights), tf.mul(rowWeights, sampleWeights)];
        return tf.div(tf.sum(sums), tf.maximum(tf.sum(counts), smallestWeight));
      }),
  };
}
