import * as tf from '@tensorflow/tfjs-core';
import {
  hasErrorCode,
  type EmbeddingBatches,
  type EmbeddingBatchShape,
  type EmbeddingLoss,
  type ErrorCode,
  type PairBatch,
} from '@polyhead/types';
import { beforeAll, describe, expect, it } from 'vitest';
import { prepareTensorFlow } from '../tensorflow.ts';
import {
  brokenBatches,
  type BrokenBatch,
  exampleBatches,
  exampleEmbeddings,
  exampleRows,
  reversedBatches,
} from './embedding-loss-examples.ts';

/** Value and gradient of a loss on a batch of its shape. */
export interface Measured {
  readonly value: number;
  /** `[rows * dimension]` */
  readonly gradient: Float32Array;
}

/** The loss of a batch, which must be of the shape that the loss asks for. */
function computeEmbeddingLoss(
  loss: EmbeddingLoss<tf.Tensor>,
  embeddings: tf.Tensor,
  batch: EmbeddingBatches[EmbeddingBatchShape],
): tf.Tensor {
  return (loss as { compute: (x: tf.Tensor, batch: unknown) => tf.Tensor }).compute(embeddings, batch);
}

/** Value and gradient of a loss; keeps no tensor. */
export function measure(
  loss: EmbeddingLoss<tf.Tensor>,
  embeddings: readonly (readonly number[])[],
  batch: EmbeddingBatches[EmbeddingBatchShape],
): Measured {
  return tf.tidy(() => {
    const x = tf.tensor2d(embeddings.map((row) => [...row]));
    const { value, grad } = tf.valueAndGrad((rows: tf.Tensor) => computeEmbeddingLoss(loss, rows, batch))(x);
    expect(value.shape).toEqual([]);
    expect(grad.shape).toEqual(x.shape);
    return { value: value.dataSync()[0] ?? Number.NaN, gradient: grad.dataSync() as Float32Array };
  });
}

function expectFinite({ value, gradient }: Measured): void {
  expect([value, ...gradient].every(Number.isFinite)).toBe(true);
}

function expectClose(actual: ArrayLike<number>, wanted: ArrayLike<number>): void {
  expect(actual.length).toBe(wanted.length);
  const largest = Math.max(1, ...Array.from(wanted, Math.abs));
  for (let index = 0; index < wanted.length; index++) {
    const error = Math.abs((actual[index] ?? Number.NaN) - (wanted[index] ?? Number.NaN));
    expect(error / largest).toBeLessThan(1e-5);
  }
}

const dimension = exampleEmbeddings[0]?.length ?? 0;
const zeros = (count: number): number[][] => Array.from({ length: count }, () => Array<number>(dimension).fill(0));

/** What every loss on embeddings must do, whatever it measures. */
export function describeEmbeddingLossContract(name: string, create: () => EmbeddingLoss<tf.Tensor>): void {
  describe(`${name} (contract)`, () => {
    const loss = create();
    const batch = exampleBatches[loss.batchShape];

    beforeAll(async () => {
      await prepareTensorFlow();
    });

    it('declares its name', () => {
      expect(loss.name).toMatch(/^[a-z-]+$/);
    });

    it('gives a scalar of 0 or more and a finite gradient, and leaks no tensor', () => {
      const before = tf.memory().numTensors;
      const measured = measure(loss, exampleEmbeddings, batch);
      expect(measured.value).toBeGreaterThanOrEqual(0);
      expectFinite(measured);
      const x = tf.tensor2d(exampleEmbeddings.map((row) => [...row]));
      tf.dispose([x, computeEmbeddingLoss(loss, x, batch)]);
      expect(tf.memory().numTensors).toBe(before);
    });

    it('has a gradient that agrees with finite differences', () => {
      const { gradient } = measure(loss, exampleEmbeddings, batch);
      const direction = (row: number, column: number): number => Math.cos(1 + 3 * row + 5 * column);
      const at = (step: number): number =>
        measure(
          loss,
          exampleEmbeddings.map((row, index) => row.map((entry, column) => entry + step * direction(index, column))),
          batch,
        ).value;
      const step = 0.001;
      const numeric = (8 * (at(step) - at(-step)) - (at(2 * step) - at(-2 * step))) / (12 * step);
      const analytic = gradient.reduce(
        (sum, entry, index) => sum + entry * direction(Math.floor(index / dimension), index % dimension),
        0,
      );
      expect(Math.abs(analytic - numeric)).toBeLessThan(2e-3 * Math.max(1, Math.abs(numeric)));
    });

    it('does not depend on the order of rows and entries', () => {
      const plain = measure(loss, exampleEmbeddings, batch);
      const reversed = measure(loss, exampleEmbeddings.toReversed(), reversedBatches[loss.batchShape]);
      expectClose([reversed.value], [plain.value]);
      const restored = exampleEmbeddings.flatMap((_, row) => [
        ...reversed.gradient.subarray((exampleRows - 1 - row) * dimension, (exampleRows - row) * dimension),
      ]);
      expectClose(restored, plain.gradient);
    });

    it.each([
      ['all rows are zeros', zeros(exampleRows)],
      ['one row is zeros', [...zeros(1), ...exampleEmbeddings.slice(1)]],
      ['all rows are the same', Array.from({ length: exampleRows }, () => exampleEmbeddings[0] ?? [])],
      ['two rows are the same', [...exampleEmbeddings.slice(0, 1), ...exampleEmbeddings.slice(0, -1)]],
      [
        'all rows are multiples of one',
        exampleEmbeddings.map((_, row) =>
          zeros(1)
            .flat()
            .fill(row - 3),
        ),
      ],
      ['all entries are tiny', exampleEmbeddings.map((row) => row.map((entry) => entry * 1e-15))],
      ['all entries are large', exampleEmbeddings.map((row) => row.map((entry) => entry * 1e6))],
    ])('is finite where %s', (_, embeddings) => {
      expectFinite(measure(loss, embeddings, batch));
    });

    it('does not hide an entry that is not a number', () => {
      const broken = exampleEmbeddings.map((row, index) => (index === 0 ? row.map(() => Number.NaN) : row));
      expect(measure(loss, broken, batch).value).toBeNaN();
    });

    const refused: readonly BrokenBatch[] = brokenBatches[loss.batchShape];
    it.each([...refused])('refuses $problem and leaks no tensor', ({ batch: broken, code }) => {
      const x = tf.tensor2d(exampleEmbeddings.map((row) => [...row]));
      const before = tf.memory().numTensors;
      expect(() => computeEmbeddingLoss(loss, x, broken)).toThrow(ofCode(code));
      expect(tf.memory().numTensors).toBe(before);
    });

    it.each([
      ['that are not a matrix', [exampleRows]],
      ['of no rows', [0, dimension]],
    ])('refuses embeddings %s', (_, shape) => {
      expect(() => computeEmbeddingLoss(loss, tf.ones(shape), batch)).toThrow(ofCode('SHAPE_MISMATCH'));
    });

    if (loss.batchShape !== 'groups') describeIndexedLoss(loss, batch);
    if (loss.batchShape === 'pairs') describePairWeights(loss);
  });
}

function describeIndexedLoss(loss: EmbeddingLoss<tf.Tensor>, batch: EmbeddingBatches[EmbeddingBatchShape]): void {
  it('does not look at rows that the batch does not name', () => {
    const others = Array.from({ length: 60 }, (_, row) =>
      zeros(1)
        .flat()
        .map((__, column) => Math.sin(row + column)),
    );
    const plain = measure(loss, exampleEmbeddings, batch);
    const among = measure(loss, [...exampleEmbeddings, ...others], batch);
    expectClose([among.value], [plain.value]);
    expectClose(among.gradient.subarray(0, plain.gradient.length), plain.gradient);
    expect(among.gradient.subarray(plain.gradient.length).every((entry) => entry === 0)).toBe(true);
  });
}

function describePairWeights(loss: EmbeddingLoss<tf.Tensor>): void {
  const { first, second, targets } = exampleBatches.pairs;
  const select = (pairs: readonly number[]): PairBatch => ({
    first: Int32Array.from(pairs, (pair) => first[pair] ?? 0),
    second: Int32Array.from(pairs, (pair) => second[pair] ?? 0),
    targets: Float32Array.from(pairs, (pair) => targets[pair] ?? 0),
  });
  const weighted = (...weights: number[]): Measured =>
    measure(loss, exampleEmbeddings, { ...exampleBatches.pairs, weights: Float32Array.from(weights) });

  it.each([
    ['a weight of 1 for every pair as none', [1, 1, 1, 1, 1, 1, 1, 1], [0, 1, 2, 3, 4, 5, 6, 7]],
    ['a weight of 2 as the pair given twice', [2, 1, 1, 1, 2, 1, 1, 1], [0, 0, 1, 2, 3, 4, 4, 5, 6, 7]],
    ['a weight of 0 as the pair left out', [0, 1, 1, 1, 1, 0, 1, 1], [1, 2, 3, 4, 6, 7]],
    ['weights where one kind is left out', [0, 0, 0, 0, 3, 1, 1, 1], [4, 4, 4, 5, 6, 7]],
  ])('takes %s', (_, weights, pairs) => {
    const wanted = measure(loss, exampleEmbeddings, select(pairs));
    const actual = weighted(...weights);
    expectClose([actual.value], [wanted.value]);
    expectClose(actual.gradient, wanted.gradient);
  });

  it('is 0 without a gradient if all weights are 0', () => {
    const { value, gradient } = weighted(0, 0, 0, 0, 0, 0, 0, 0);
    expect(value).toBe(0);
    expect(gradient.every((entry) => entry === 0)).toBe(true);
  });
}

function ofCode(code: ErrorCode): unknown {
  return expect.toSatisfy((error: unknown) => hasErrorCode(error, code));
}
