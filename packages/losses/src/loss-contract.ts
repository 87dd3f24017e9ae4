import * as tf from '@tensorflow/tfjs-core';
import { hasErrorCode, type Loss } from '@polyhead/types';
import { beforeAll, describe, expect, it } from 'vitest';
import { prepareTensorFlow } from './tensorflow.ts';

/** What the contract suite needs to know about a loss. */
export interface LossContractCase {
  readonly create: () => Loss<tf.Tensor>;
  /** Two equal halves of logits or predictions, `[4, outputs]`. */
  readonly logits: readonly (readonly number[])[];
  /** `[4]` class indices or `[4, outputs]` values. */
  readonly targets: readonly number[] | readonly (readonly number[])[];
}

function toTensor(values: LossContractCase['targets']): tf.Tensor {
  return tf.tensor(
    values.map((row) => (typeof row === 'number' ? row : [...row])),
    undefined,
    'float32',
  );
}

function scalar(tensor: tf.Tensor): number {
  const value = tensor.dataSync()[0];
  tensor.dispose();
  return value ?? Number.NaN;
}

/** What every loss on labels must do, whatever it measures. */
export function describeLossContract(name: string, example: LossContractCase): void {
  describe(`${name} (contract)`, () => {
    const loss = example.create();
    let logits: tf.Tensor;
    let targets: tf.Tensor;

    beforeAll(async () => {
      await prepareTensorFlow();
      logits = tf.tensor2d(example.logits.map((row) => [...row]));
      targets = toTensor(example.targets);
    });

    it('declares its name and tasks', () => {
      expect(loss.name).toMatch(/^[a-z0-9-]+$/);
      expect(loss.tasks.length).toBeGreaterThan(0);
    });

    it('gives a finite, non-negative scalar and leaks no tensor', () => {
      const before = tf.memory().numTensors;
      const result = loss.compute(logits, targets);
      expect(result.shape).toEqual([]);
      expect(scalar(result)).toBeGreaterThanOrEqual(0);
      expect(tf.memory().numTensors).toBe(before);
    });

    it('has a finite gradient of the shape of its logits and leaks no tensor', () => {
      const before = tf.memory().numTensors;
      const gradient = tf.grad((x) => loss.compute(x, targets))(logits);
      expect(gradient.shape).toEqual(logits.shape);
      expect([...gradient.dataSync()].every(Number.isFinite)).toBe(true);
      gradient.dispose();
      expect(tf.memory().numTensors).toBe(before);
    });

    it('does not depend on the order of rows', () => {
      const reversed = loss.compute(tf.reverse(logits, 0), tf.reverse(targets, 0));
      expect(scalar(reversed)).toBeCloseTo(scalar(loss.compute(logits, targets)), 5);
    });

    it('takes a weight of 2 as the row given twice, and a weight of 0 as the row left out', () => {
      const twice = tf.concat([logits, tf.slice(logits, 0, 1)]);
      const twiceTargets = tf.concat([targets, tf.slice(targets, 0, 1)]);
      const weighted = scalar(loss.compute(logits, targets, tf.tensor1d([2, 1, 1, 1])));
      expect(weighted).toBeCloseTo(scalar(loss.compute(twice, twiceTargets)), 5);
      const without = scalar(loss.compute(tf.slice(logits, 1), tf.slice(targets, 1)));
      expect(scalar(loss.compute(logits, targets, tf.tensor1d([0, 1, 1, 1])))).toBeCloseTo(without, 5);
    });

    it('does not depend on the scale of the sample weights', () => {
      const small = scalar(loss.compute(logits, targets, tf.tensor1d([0.1, 0.2, 0.3, 0.4])));
      expect(scalar(loss.compute(logits, targets, tf.tensor1d([1, 2, 3, 4])))).toBeCloseTo(small, 5);
    });

    it('is 0 if all sample weights are 0', () => {
      expect(scalar(loss.compute(logits, targets, tf.zeros([4])))).toBe(0);
    });

    it.each([
      ['targets of another length', () => loss.compute(logits, tf.slice(targets, 0, 3))],
      ['weights of another length', () => loss.compute(logits, targets, tf.ones([3]))],
      ['logits that are not a matrix', () => loss.compute(tf.ones([4]), targets)],
      ['targets of another width', () => loss.compute(logits, tf.ones([4, 9]))],
    ])('refuses %s', (_, act) => {
      expect(act).toThrow(expect.toSatisfy((error: unknown) => hasErrorCode(error, 'SHAPE_MISMATCH')));
    });
  });
}
