import * as tf from '@tensorflow/tfjs-core';
import { binary, fromInput, fromOutput, numberAttribute, savedTensor, singleGradient } from './rule.ts';

const where = (condition: tf.Tensor, value: tf.Tensor): tf.Tensor => tf.where(condition, value, tf.zerosLike(value));
const oneMinus = (x: tf.Tensor): tf.Tensor => tf.sub(1, x);
const onePlus = (x: tf.Tensor): tf.Tensor => tf.add(1, x);

/** Derivatives of ops of one input, from calculus. */
export const unaryRules: readonly tf.GradConfig[] = [
  fromInput(tf.Abs, (dy, x) => tf.mul(dy, tf.sign(x))),
  fromInput(tf.Neg, (dy) => tf.neg(dy)),
  fromInput(tf.Identity, (dy) => tf.clone(dy)),
  fromInput(tf.Square, (dy, x) => tf.mul(dy, tf.mul(2, x))),
  fromOutput(tf.Sqrt, (dy, y) => tf.div(dy, tf.mul(2, y))),
  fromOutput(tf.Rsqrt, (dy, y) => tf.mul(dy, tf.mul(-0.5, tf.mul(y, tf.square(y))))),
  fromOutput(tf.Reciprocal, (dy, y) => tf.neg(tf.mul(dy, tf.square(y)))),
  fromOutput(tf.Exp, (dy, y) => tf.mul(dy, y)),
  fromOutput(tf.Expm1, (dy, y) => tf.mul(dy, onePlus(y))),
  fromInput(tf.Log, (dy, x) => tf.div(dy, x)),
  fromInput(tf.Log1p, (dy, x) => tf.div(dy, onePlus(x))),
  fromInput(tf.Erf, (dy, x) => tf.mul(dy, tf.mul(2 / Math.sqrt(Math.PI), tf.exp(tf.neg(tf.square(x)))))),
  fromOutput(tf.Sigmoid, (dy, y) => tf.mul(dy, tf.mul(y, oneMinus(y)))),
  fromOutput(tf.Tanh, (dy, y) => tf.mul(dy, oneMinus(tf.square(y)))),
  fromInput(tf.Softplus, (dy, x) => tf.mul(dy, tf.sigmoid(x))),
  fromInput(tf.Relu, (dy, x) => where(tf.greater(x, 0), dy)),
  fromInput(tf.Relu6, (dy, x) => where(tf.logicalAnd(tf.greater(x, 0), tf.less(x, 6)), dy)),
  fromInput(tf.Elu, (dy, x) => tf.mul(dy, tf.where(tf.greater(x, 0), tf.onesLike(x), tf.exp(x)))),
  fromInput(tf.LeakyRelu, (dy, x, attributes) =>
    tf.where(tf.greater(x, 0), dy, tf.mul(dy, numberAttribute(attributes, 'alpha'))),
  ),
  fromInput(tf.Sin, (dy, x) => tf.mul(dy, tf.cos(x))),
  fromInput(tf.Cos, (dy, x) => tf.neg(tf.mul(dy, tf.sin(x)))),
  fromInput(tf.Tan, (dy, x) => tf.div(dy, tf.square(tf.cos(x)))),
  fromInput(tf.Sinh, (dy, x) => tf.mul(dy, tf.cosh(x))),
  fromInput(tf.Cosh, (dy, x) => tf.mul(dy, tf.sinh(x))),
  fromInput(tf.Asin, (dy, x) => tf.mul(dy, tf.rsqrt(oneMinus(tf.square(x))))),
  fromInput(tf.Acos, (dy, x) => tf.neg(tf.mul(dy, tf.rsqrt(oneMinus(tf.square(x)))))),
  fromInput(tf.Atan, (dy, x) => tf.div(dy, onePlus(tf.square(x)))),
  fromInput(tf.ClipByValue, (dy, x, attributes) => {
    const low = numberAttribute(attributes, 'clipValueMin');
    const high = numberAttribute(attributes, 'clipValueMax');
    return where(tf.logicalAnd(tf.greaterEqual(x, low), tf.lessEqual(x, high)), dy);
  }),
];

/** Derivatives of ops of two operands; where both are equal, `maximum` and `minimum` pass the gradient to the first. */
export const binaryRules: readonly tf.GradConfig[] = [
  binary(tf.Add, { a: (dy) => dy, b: (dy) => dy }),
  binary(tf.Sub, { a: (dy) => dy, b: (dy) => tf.neg(dy) }),
  binary(tf.Multiply, { a: (dy, _, b) => tf.mul(dy, b), b: (dy, a) => tf.mul(dy, a) }),
  binary(tf.RealDiv, {
    a: (dy, _, b) => tf.div(dy, b),
    b: (dy, a, b) => tf.neg(tf.div(tf.mul(dy, a), tf.square(b))),
  }),
  binary(tf.Maximum, {
    a: (dy, a, b) => where(tf.greaterEqual(a, b), dy),
    b: (dy, a, b) => where(tf.less(a, b), dy),
  }),
  binary(tf.Minimum, {
    a: (dy, a, b) => where(tf.lessEqual(a, b), dy),
    b: (dy, a, b) => where(tf.greater(a, b), dy),
  }),
  binary(tf.SquaredDifference, {
    a: (dy, a, b) => tf.mul(dy, tf.mul(2, tf.sub(a, b))),
    b: (dy, a, b) => tf.mul(dy, tf.mul(2, tf.sub(b, a))),
  }),
  binary(tf.Pow, {
    a: (dy, a, b) => tf.mul(dy, tf.mul(b, tf.pow(a, tf.sub(b, 1)))),
    // The logarithm counts only where the base is positive, so that a squared negative number has a finite gradient.
    b: (dy, a, b) => tf.mul(dy, tf.mul(tf.pow(a, b), tf.log(tf.where(tf.greater(a, 0), a, tf.onesLike(a))))),
  }),
  binary(tf.Atan2, {
    a: (dy, a, b) => tf.div(tf.mul(dy, b), tf.add(tf.square(a), tf.square(b))),
    b: (dy, a, b) => tf.neg(tf.div(tf.mul(dy, a), tf.add(tf.square(a), tf.square(b)))),
  }),
  {
    kernelName: tf.Select,
    inputsToSave: ['condition'],
    gradFunc: (gradient, saved) => {
      const dy = singleGradient(gradient);
      const condition = savedTensor(saved, 0);
      return {
        condition: () => tf.zeros(condition.shape),
        t: () => where(condition, dy),
        e: () => where(tf.logicalNot(condition), dy),
      };
    },
  },
];
