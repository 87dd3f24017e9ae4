import * as tf from '@tensorflow/tfjs-core';
import { crossEntropy } from '@polyhead/losses';
import { anyButEntailment, placeOfOutput } from './nli-examples.ts';

/** The loss of logits `[rows, outputs]`, as a scalar. */
export type NliLoss = (logits: tf.Tensor, classes: Int32Array) => tf.Tensor;

/**
 * The mean of `-log` of the probability that a model gives to what a pair is known to be: to one output (softmax
 * cross-entropy), or, where a pair is only known not to be entailment, to all outputs but entailment together. Those share
 * what a pair teaches by what the model thinks of them already.
 * @param labels names of the outputs
 * @throws {PolyheadError} INVALID_ARGUMENT for outputs without entailment
 */
export function createNliLoss(labels: readonly string[]): NliLoss {
  const entailment = placeOfOutput(labels, 'entailment');
  const loss = crossEntropy();
  return (logits, classes) => {
    if (!classes.includes(anyButEntailment)) return loss.compute(logits, tf.tensor1d(classes, 'int32'));
    return tf.tidy(() => {
      const excluded = tf.tensor2d(toExcluded(classes, labels.length, entailment), [classes.length, labels.length]);
      const possible = tf.sub(tf.logSoftmax(logits), excluded);
      return tf.neg(tf.mean(tf.logSumExp(possible, 1)));
    });
  };
}

/** Far below every logarithm of a probability, and far from the end of float32. */
const impossible = 1e9;

/** `[rows, outputs]`: 0 for what a pair may be, a great number for what it is not. */
function toExcluded(classes: Int32Array, outputs: number, entailment: number): Float32Array {
  const excluded = new Float32Array(classes.length * outputs);
  classes.forEach((right, row) => {
    for (let output = 0; output < outputs; output += 1) {
      const isPossible = right === anyButEntailment ? output !== entailment : output === right;
      if (!isPossible) excluded[row * outputs + output] = impossible;
    }
  });
  return excluded;
}
