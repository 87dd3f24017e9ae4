import * as tf from '@tensorflow/tfjs-core';
import type { Loss } from '@polyhead/types';
import { assertBatch, meanOverRows, toOutputWeights } from '../mean-loss.ts';
import { assertInRange, toWeights } from '../options.ts';

/** Options of {@link focal} for one label a row. */
export interface FocalSoftmaxOptions {
  readonly kind: 'softmax';
  /** How strongly easy examples are played down; 0 is cross-entropy. @default 2 */
  readonly gamma?: number | undefined;
  /** `[classes]`: weight of each class. @default 1 for every class */
  readonly alpha?: ArrayLike<number> | undefined;
}

/** Options of {@link focal} for any number of labels a row. */
export interface FocalSigmoidOptions {
  readonly kind: 'sigmoid';
  /** How strongly easy examples are played down; 0 is binary cross-entropy. @default 2 */
  readonly gamma?: number | undefined;
  /** Weight of present labels, in [0, 1); absent ones get `1 - alpha`. @default no weighting */
  readonly alpha?: number | undefined;
}

/** Options of {@link focal}. */
export type FocalOptions = FocalSoftmaxOptions | FocalSigmoidOptions;

/**
 * Focal loss (Lin et al. 2017, arXiv 1708.02002): `-alpha (1 - p)^gamma log p` with `p` the probability of the truth,
 * the mean over rows (softmax; targets are class indices `[rows]`) or entries (sigmoid; targets are indicators
 * `[rows, labels]`). Both are computed from `log p` and `log (1 - p)`, so that extreme logits stay finite.
 * @throws {PolyheadError} INVALID_ARGUMENT here; SHAPE_MISMATCH in `compute`
 */
export function focal(options: FocalOptions): Loss<tf.Tensor> {
  const gamma = options.gamma ?? 2;
  assertInRange('gamma', gamma, { minimum: 0, below: Infinity });
  return options.kind === 'softmax' ? focalSoftmax(gamma, options.alpha) : focalSigmoid(gamma, options.alpha);
}

function focalSoftmax(gamma: number, alpha: ArrayLike<number> | undefined): Loss<tf.Tensor> {
  const name = 'focal-softmax';
  const weights = alpha === undefined ? undefined : toWeights('alpha', alpha);
  return {
    name,
    tasks: ['single-label'],
    compute: (logits, targets, sampleWeights) =>
      tf.tidy(() => {
        assertBatch(name, logits, { targets, weights: sampleWeights, indices: true });
        const truth =
          targets.rank === 2 ? targets : tf.cast(tf.oneHot(tf.cast(targets, 'int32'), logits.shape[1] ?? 0), 'float32');
        const logProbability = tf.sum(tf.mul(truth, tf.logSoftmax(logits)), 1);
        const others = tf.logSumExp(tf.sub(logits, tf.mul(truth, excluded)), 1);
        const logRest = tf.sub(others, tf.logSumExp(logits, 1));
        const losses = tf.neg(tf.mul(tf.exp(tf.mul(logRest, gamma)), logProbability));
        if (weights === undefined) return meanOverRows(losses, sampleWeights);
        const classWeights = toOutputWeights({ loss: name, name: 'alpha', values: weights }, logits);
        return meanOverRows(tf.mul(losses, tf.sum(tf.mul(truth, classWeights), 1)), sampleWeights);
      }),
  };
}

/** Subtracted from a logit to leave its class out of a log-sum-exp. */
const excluded = 1e30;

function focalSigmoid(gamma: number, alpha: number | undefined): Loss<tf.Tensor> {
  const name = 'focal-sigmoid';
  if (alpha !== undefined) assertInRange('alpha', alpha, { minimum: 0, below: 1 });
  return {
    name,
    tasks: ['multi-label'],
    compute: (logits, targets, sampleWeights) =>
      tf.tidy(() => {
        assertBatch(name, logits, { targets, weights: sampleWeights });
        const truthLogits = tf.mul(logits, tf.sub(tf.mul(targets, 2), 1));
        const cost = tf.softplus(tf.neg(truthLogits));
        const losses = tf.mul(tf.exp(tf.mul(tf.softplus(truthLogits), -gamma)), cost);
        const weighted =
          alpha === undefined ? losses : tf.mul(losses, tf.add(tf.mul(targets, 2 * alpha - 1), 1 - alpha));
        return meanOverRows(tf.mean(weighted, 1), sampleWeights);
      }),
  };
}
