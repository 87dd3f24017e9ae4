import * as tf from '@tensorflow/tfjs-core';
import { listGradients, savedTensor, singleGradient, sumToShape } from './rule.ts';

/** The last two axes exchanged. An own step, since the transpose flags of `matMul` are slow on the WebAssembly backend. */
function transposed(matrix: tf.Tensor): tf.Tensor {
  const axes = Array.from({ length: matrix.rank }, (_, axis) => axis);
  return tf.transpose(matrix, [...axes.slice(0, -2), ...axes.slice(-2).reverse()]);
}

/** `leftᵀ right`, as itself or as `(rightᵀ left)ᵀ`: whichever moves less memory. A tall `left` is a batch of rows. */
function transposedProduct(left: tf.Tensor, right: tf.Tensor): tf.Tensor {
  const product = (left.shape.at(-1) ?? 1) * (right.shape.at(-1) ?? 1);
  if (left.size <= right.size + product) return tf.matMul(transposed(left), right);
  return transposed(tf.matMul(transposed(right), left));
}

/** For C = A B: dA = dC Bᵀ and dB = Aᵀ dC; an operand that entered transposed gets its gradient transposed. */
const matrixProductRule: tf.GradConfig = {
  kernelName: tf.BatchMatMul,
  inputsToSave: ['a', 'b'],
  gradFunc: (gradient, saved, attributes) => {
    const dy = singleGradient(gradient);
    const [a, b] = [savedTensor(saved, 0), savedTensor(saved, 1)];
    const [transposeA, transposeB] = [attributes['transposeA'] === true, attributes['transposeB'] === true];
    return {
      a: () => {
        const product = tf.matMul(dy, transposeB ? b : transposed(b));
        return sumToShape(transposeA ? transposed(product) : product, a.shape);
      },
      b: () => {
        const product = transposeA ? tf.matMul(a, dy) : transposedProduct(a, dy);
        return sumToShape(transposeB ? transposed(product) : product, b.shape);
      },
    };
  },
};

/** Derivatives of matrix products and of sums of many tensors. */
export const linearRules: readonly tf.GradConfig[] = [
  matrixProductRule,
  {
    kernelName: tf.AddN,
    saveAllInputs: true,
    gradFunc: (dy, saved) => listGradients(saved.map(() => () => tf.clone(singleGradient(dy)))),
  },
];
