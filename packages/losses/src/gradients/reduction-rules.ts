import * as tf from '@tensorflow/tfjs-core';
import { axesAttribute, fromInput, numberAttribute, savedTensor, singleGradient } from './rule.ts';

/** `shape` with the reduced axes kept as 1. */
function keptShape(shape: readonly number[], axes: readonly number[]): number[] {
  return shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
}

function spread(dy: tf.Tensor, x: tf.Tensor, axes: readonly number[]): tf.Tensor {
  return tf.mul(tf.reshape(dy, keptShape(x.shape, axes)), tf.onesLike(x));
}

/** Ties share the gradient equally. */
function extremeRule(kernelName: string, axesName: string, extreme: typeof tf.max): tf.GradConfig {
  return fromInput(kernelName, (dy, x, attributes) => {
    const axes = axesAttribute(attributes, axesName, x.rank);
    const hit = tf.cast(tf.equal(x, extreme(x, axes, true)), 'float32');
    return tf.mul(tf.div(tf.reshape(dy, keptShape(x.shape, axes)), tf.sum(hit, axes, true)), hit);
  });
}

/** Derivatives of ops that reduce axes, and of softmax. */
export const reductionRules: readonly tf.GradConfig[] = [
  fromInput(tf.Sum, (dy, x, attributes) => spread(dy, x, axesAttribute(attributes, 'axis', x.rank))),
  fromInput(tf.Mean, (dy, x, attributes) =>
    tf.div(spread(dy, x, axesAttribute(attributes, 'axis', x.rank)), x.size / dy.size),
  ),
  extremeRule(tf.Max, 'reductionIndices', tf.max),
  extremeRule(tf.Min, 'axis', tf.min),
  fromInput(tf.Cumsum, (dy, _, attributes) => {
    const axis = numberAttribute(attributes, 'axis');
    return tf.cumsum(dy, axis, attributes['exclusive'] === true, attributes['reverse'] !== true);
  }),
  {
    kernelName: tf.Softmax,
    outputsToSave: [true],
    gradFunc: (gradient, saved, attributes) => {
      const y = savedTensor(saved, 0);
      const weighted = tf.mul(singleGradient(gradient), y);
      const total = tf.sum(weighted, numberAttribute(attributes, 'dim'), true);
      return { logits: () => tf.sub(weighted, tf.mul(total, y)) };
    },
  },
];
