import * as tf from '@tensorflow/tfjs-core';
import { listGradients, savedTensor, singleGradient, sumToShape } from './rule.ts';

/** The last two axes exchanged. Faster than the transpose flags of `matMul` on the WebAssembly backend. */
function transposed(matrix: tf.Tensor): tf.Tensor {
  const axes = Array.from({ length: matrix.rank }, (_, axis) => axis);
  return tf.transpose(matrix, [...axes.slice(0, -2), ...axes.slice(-2).reverse()]);
}

/**
 * For C = A B: dA = dC Bᵀ and dB = Aᵀ dC; an operand that entered transposed gets its gradient transposed.
 */
const matrixProductRule: tf.GradConfig = {
  kernelName: tf.BatchMatMul,
  inputsToSave: ['a', 'b'],
  gradFunc: (gradient, saved, attributes) => {
    const dy = singleGradient(gradient);
    const [a, b] = [savedTensor(saved, 0), savedTensor(saved, 1)];
    const [transposeA, transposeB] = [attributes['transposeA'] === true, attributes['transposeB'] === true];
    const rightTransposed = (): tf.Tensor => (transposeB ? b : transposed(b));
    const leftTransposed = (): tf.Tensor => (transposeA ? a : transposed(a));
    const restored = (product: tf.Tensor, wasTransposed: boolean): tf.Tensor =>
      wasTransposed ? transposed(product) : product;
    return {
      a: () => sumToShape(restored(tf.matMul(dy, rightTransposed()), transposeA), a.shape),
      b: () => sumToShape(restored(tf.matMul(leftTransposed(), dy), transposeB), b.shape),
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
