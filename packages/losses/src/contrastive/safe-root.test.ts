import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { prepareTensorFlow } from '../tensorflow.ts';
import { safeRoot } from './safe-root.ts';

describe('safeRoot', () => {
  beforeAll(async () => {
    await prepareTensorFlow();
  });

  it('is the root, with a gradient of 0 at 0 and below', () => {
    const squares = tf.tensor1d([4, 0, -1e-7, 0.25]);
    expect([...safeRoot(squares).dataSync()]).toEqual([2, 0, 0, 0.5]);
    const gradient = tf.grad((x: tf.Tensor) => tf.sum(safeRoot(x)))(squares);
    expect([...gradient.dataSync()]).toEqual([0.25, 0, 0, 1]);
  });

  it('passes on what is not a number', () => {
    expect(safeRoot(tf.scalar(Number.NaN)).dataSync()[0]).toBeNaN();
  });
});
