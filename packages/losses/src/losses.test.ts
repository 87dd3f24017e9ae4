import * as tf from '@tensorflow/tfjs-core';
import { hasErrorCode } from '@polyhead/types';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { binaryCrossEntropy } from './classification/binary-cross-entropy.ts';
import { crossEntropy } from './classification/cross-entropy.ts';
import { focal } from './classification/focal.ts';
import { describeLossContract } from './loss-contract.ts';
import { huber, smoothL1 } from './regression/huber.ts';
import { meanAbsoluteError } from './regression/mean-absolute-error.ts';
import { meanSquaredError } from './regression/mean-squared-error.ts';
import { prepareTensorFlow } from './tensorflow.ts';

const logits = [
  [1.5, -0.5, 0.25],
  [-2, 0.5, 1],
  [0.1, 0.2, 0.3],
  [3, -1, -4],
];
const classes = [0, 2, 1, 0];
const indicators = [
  [1, 0, 0],
  [0, 1, 1],
  [0, 0, 0],
  [1, 1, 1],
];
const values = [
  [1, 0, 2],
  [-2, 1, 1.5],
  [0, 0, 0],
  [1, 1, -4],
];

describeLossContract('crossEntropy', { create: crossEntropy, logits, targets: classes });
describeLossContract('crossEntropy with options', {
  create: () => crossEntropy({ classWeights: [0.5, 2, 1], labelSmoothing: 0.1 }),
  logits,
  targets: classes,
});
describeLossContract('binaryCrossEntropy', { create: binaryCrossEntropy, logits, targets: indicators });
describeLossContract('binaryCrossEntropy with positive weights', {
  create: () => binaryCrossEntropy({ positiveWeights: [1, 3, 10] }),
  logits,
  targets: indicators,
});
describeLossContract('focal softmax', {
  create: () => focal({ kind: 'softmax', alpha: [0.25, 0.5, 1] }),
  logits,
  targets: classes,
});
describeLossContract('focal sigmoid', {
  create: () => focal({ kind: 'sigmoid', alpha: 0.25 }),
  logits,
  targets: indicators,
});
describeLossContract('meanSquaredError', { create: meanSquaredError, logits, targets: values });
describeLossContract('meanAbsoluteError', { create: meanAbsoluteError, logits, targets: values });
describeLossContract('huber', { create: () => huber({ delta: 0.5 }), logits, targets: values });
describeLossContract('smoothL1', { create: () => smoothL1({ beta: 0.5 }), logits, targets: values });

function value(tensor: tf.Tensor): number {
  return tensor.dataSync()[0] ?? Number.NaN;
}

const rowOfLogits = fc.array(fc.double({ min: -30, max: 30, noNaN: true }), { minLength: 3, maxLength: 3 });

describe('laws', () => {
  beforeAll(async () => {
    await prepareTensorFlow();
  });

  it.each([
    ['crossEntropy', crossEntropy()],
    ['focal softmax', focal({ kind: 'softmax' })],
  ])('%s does not change when a constant is added to the logits of a row', (_, loss) => {
    fc.assert(
      fc.property(rowOfLogits, fc.double({ min: -20, max: 20, noNaN: true }), (row, shift) => {
        const plain = value(loss.compute(tf.tensor2d([row]), tf.tensor1d([1])));
        const shifted = value(loss.compute(tf.tensor2d([row.map((logit) => logit + shift)]), tf.tensor1d([1])));
        expect(Math.abs(shifted - plain)).toBeLessThan(2e-5 * Math.max(1, plain));
      }),
    );
  });

  it('cross-entropy of two classes is binary cross-entropy of the difference', () => {
    fc.assert(
      fc.property(rowOfLogits, ([a = 0, b = 0]) => {
        const softmax = value(crossEntropy().compute(tf.tensor2d([[a, b]]), tf.tensor1d([1])));
        const sigmoid = value(binaryCrossEntropy().compute(tf.tensor2d([[b - a]]), tf.tensor2d([[1]])));
        expect(Math.abs(softmax - sigmoid)).toBeLessThan(2e-5 * Math.max(1, softmax));
      }),
    );
  });

  it('focal loss with gamma 0 is the plain cross-entropy', () => {
    fc.assert(
      fc.property(rowOfLogits, (row) => {
        const x = tf.tensor2d([row]);
        const target = tf.tensor2d([[1, 0, 1]]);
        const cross = value(crossEntropy().compute(x, tf.tensor1d([2])));
        expect(value(focal({ kind: 'softmax', gamma: 0 }).compute(x, tf.tensor1d([2])))).toBeCloseTo(cross, 4);
        const binary = value(binaryCrossEntropy().compute(x, target));
        expect(value(focal({ kind: 'sigmoid', gamma: 0 }).compute(x, target))).toBeCloseTo(binary, 4);
      }),
    );
  });

  it('stays finite, with a finite gradient, for extreme logits', () => {
    const extreme = tf.tensor2d([
      [1e4, -1e4, 0],
      [-1e4, 1e4, 1e4],
    ]);
    const rows = tf.tensor1d([1, 0]);
    const table = tf.tensor2d([
      [0, 1, 1],
      [1, 0, 1],
    ]);
    const cases = [
      { loss: crossEntropy({ labelSmoothing: 0.1 }), targets: rows },
      { loss: focal({ kind: 'softmax', gamma: 0.5 }), targets: rows },
      { loss: focal({ kind: 'sigmoid', gamma: 0.5 }), targets: table },
      { loss: binaryCrossEntropy({ positiveWeights: [1, 2, 3] }), targets: table },
    ];
    for (const { loss, targets } of cases) {
      const result = tf.valueAndGrad((x) => loss.compute(x, targets))(extreme);
      expect([value(result.value), ...result.grad.dataSync()].every(Number.isFinite), loss.name).toBe(true);
    }
  });

  it('keeps small losses exact instead of cancelling them to 0', () => {
    const loss = value(binaryCrossEntropy().compute(tf.tensor2d([[-20, 20]]), tf.tensor2d([[0, 1]])));
    expect(loss / Math.exp(-20)).toBeCloseTo(1, 5);
  });

  it('class weights that are all equal change nothing', () => {
    const x = tf.tensor2d(logits);
    const y = tf.tensor1d(classes);
    const weighted = crossEntropy({ classWeights: [7, 7, 7], labelSmoothing: 0.2 });
    expect(value(weighted.compute(x, y))).toBeCloseTo(value(crossEntropy({ labelSmoothing: 0.2 }).compute(x, y)), 5);
  });

  it('takes probabilities as targets of cross-entropy', () => {
    const x = tf.tensor2d(logits);
    const soft = tf.oneHot(tf.tensor1d(classes, 'int32'), 3);
    expect(value(crossEntropy().compute(x, soft))).toBeCloseTo(
      value(crossEntropy().compute(x, tf.tensor1d(classes))),
      6,
    );
  });
});

describe('options', () => {
  it.each([
    ['label smoothing of 1', () => crossEntropy({ labelSmoothing: 1 })],
    ['negative label smoothing', () => crossEntropy({ labelSmoothing: -0.1 })],
    ['a negative class weight', () => crossEntropy({ classWeights: [1, -1] })],
    ['a positive weight that is not a number', () => binaryCrossEntropy({ positiveWeights: [Number.NaN] })],
    ['a negative gamma', () => focal({ kind: 'softmax', gamma: -1 })],
    ['an alpha of 2', () => focal({ kind: 'sigmoid', alpha: 2 })],
    ['a delta of 0', () => huber({ delta: 0 })],
    ['an infinite beta', () => smoothL1({ beta: Infinity })],
  ])('refuses %s', (_, create) => {
    expect(create).toThrow(expect.toSatisfy((error: unknown) => hasErrorCode(error, 'INVALID_ARGUMENT')));
  });

  it.each([
    ['class weights', crossEntropy({ classWeights: [1, 2] }), classes],
    ['positive weights', binaryCrossEntropy({ positiveWeights: [1, 2] }), indicators],
    ['alpha', focal({ kind: 'softmax', alpha: [1] }), classes],
  ])('refuses %s of another length than the outputs', (_, loss, targets) => {
    expect(() => loss.compute(tf.tensor2d(logits), tf.tensor(targets))).toThrow(
      expect.toSatisfy((error: unknown) => hasErrorCode(error, 'SHAPE_MISMATCH')),
    );
  });
});
