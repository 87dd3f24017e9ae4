import * as tf from '@tensorflow/tfjs-core';
import { crossEntropy, prepareTensorFlow } from '@polyhead/losses';
import { beforeAll, describe, expect, it } from 'vitest';
import { anyButEntailment } from './nli-examples.ts';
import { createNliLoss } from './nli-loss.ts';

const labels = ['contradiction', 'neutral', 'entailment'];
const logits = [
  [0.5, -1, 2],
  [3, 1, -0.5],
  [-40, 60, 10],
];

beforeAll(() => prepareTensorFlow());

function lossOf(
  rows: readonly (readonly number[])[],
  classes: readonly number[],
): { loss: number; gradient: number[] } {
  return tf.tidy(() => {
    const points = tf.tensor2d(rows.map((row) => [...row]));
    const compute = tf.valueAndGrad((x) => createNliLoss(labels)(x, Int32Array.from(classes)));
    const { value, grad } = compute(points);
    return { loss: value.dataSync()[0] ?? NaN, gradient: [...grad.dataSync()] };
  });
}

describe('createNliLoss', () => {
  it('is cross-entropy where every class is known', () => {
    const expected = tf.tidy(() =>
      crossEntropy()
        .compute(tf.tensor2d(logits), tf.tensor1d([2, 0, 1], 'int32'))
        .dataSync(),
    );
    expect(lossOf(logits, [2, 0, 1]).loss).toBe(expected[0]);
  });

  it('takes all other outputs together where a pair is only known not to be entailment', () => {
    const probability = (row: readonly number[], output: number): number =>
      Math.exp(row[output] ?? 0) / row.reduce((sum, logit) => sum + Math.exp(logit), 0);
    const [first = [], second = []] = logits;
    const expected = -(Math.log(1 - probability(first, 2)) + Math.log(probability(second, 0))) / 2;
    expect(lossOf([first, second], [anyButEntailment, 0]).loss).toBeCloseTo(expected, 6);
  });

  it('has the gradient of that, also for logits far apart', () => {
    const classes = [anyButEntailment, 1, anyButEntailment];
    const { gradient } = lossOf(logits, classes);
    const step = 1e-2;
    logits.slice(0, 2).forEach((row, index) => {
      row.forEach((_, output) => {
        const moved = (by: number): number[][] =>
          logits.map((values, place) =>
            values.map((value, at) => (place === index && at === output ? value + by : value)),
          );
        const difference = (lossOf(moved(step), classes).loss - lossOf(moved(-step), classes).loss) / (2 * step);
        expect(gradient[index * 3 + output]).toBeCloseTo(difference, 3);
      });
    });
    expect(gradient.every(Number.isFinite)).toBe(true);
  });

  it('refuses outputs without entailment', () => {
    expect(() => createNliLoss(['yes', 'no'])).toThrow('there is none for entailment');
  });
});
