import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { prepareTensorFlow } from '../tensorflow.ts';
import { normalizeRows } from './normalize-rows.ts';

describe('normalizeRows', () => {
  beforeAll(async () => {
    await prepareTensorFlow();
  });

  it('gives rows of length 1, whatever their length was', () => {
    const rows = normalizeRows(
      tf.tensor2d([
        [3, 4],
        [3e-9, 4e-9],
        [-3e15, 4e15],
      ]),
    ).dataSync();
    [0.6, 0.8, 0.6, 0.8, -0.6, 0.8].forEach((wanted, index) => {
      expect(rows[index]).toBeCloseTo(wanted, 6);
    });
  });

  it('leaves zeros as they are, without a gradient', () => {
    const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => tf.sum(normalizeRows(x)))(tf.zeros([2, 3]));
    expect([...value.dataSync(), ...grad.dataSync()]).toEqual([0, 0, 0, 0, 0, 0, 0]);
  });
});
