import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { createFakeTrainableEncoder } from '../testing/fake-trainable-encoder.ts';
import { toyRows } from './testing/toy-examples.ts';
import { trainEncoderWithLoss, type EncoderLossOptions } from './train-encoder-with-loss.ts';

const rows = toyRows(120, 4);
const texts = rows.map(({ text }) => text);

/** Texts of one topic shall be alike, others not: the mean squared error of cosines. */
const alike: EncoderLossOptions['loss'] = ({ embeddings, rows: batch }) => {
  const lengths = tf.norm(embeddings, 'euclidean', 1, true);
  const unit = tf.div(embeddings, lengths);
  const same = Array.from(batch, (first) =>
    Array.from(batch, (second) => (rows[first]?.topic === rows[second]?.topic ? 1 : 0)),
  );
  return tf.mean(tf.squaredDifference(tf.matMul(unit, unit, false, true), tf.tensor2d(same)));
};

it('trains an encoder by a loss of your own on embeddings', async () => {
  const losses: number[] = [];
  const result = await trainEncoderWithLoss({
    encoder: createFakeTrainableEncoder(),
    texts,
    loss: alike,
    settings: { learningRate: 0.02, epochs: 6, batchSize: 24 },
    onStep: (_, { loss }) => losses.push(loss),
  });
  expect(result.steps).toBe(30);
  expect(losses.at(-1)).toBeLessThan(0.5 * (losses[0] ?? 0));
});

it('trains parameters of your own beside it, in batches of your own, and goes on after a break', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'polyhead-own-loss-'));
  const job = (more: Partial<EncoderLossOptions>, losses: number[]): EncoderLossOptions => ({
    encoder: createFakeTrainableEncoder(),
    texts,
    parameters: { scale: { shape: [1], data: Float32Array.of(0.5) } },
    loss: ({ embeddings, parameters, rows: batch }) =>
      tf.mean(
        tf.square(
          tf.sub(
            tf.mul(tf.sum(embeddings, 1), parameters['scale'] ?? 0),
            tf.tensor1d(Array.from(batch, (row) => row % 2)),
          ),
        ),
      ),
    batches: (_, random) => [random.shuffle(Int32Array.from({ length: 20 }, (_value, index) => index * 6))],
    settings: { learningRate: 0.01, epochs: 12, batchSize: 20 },
    onStep: (_, { loss }) => losses.push(loss),
    ...more,
  });
  try {
    const whole: number[] = [];
    const first = job({}, whole);
    await trainEncoderWithLoss(first);
    expect(first.parameters?.['scale']?.data[0]).not.toBe(0.5);
    const broken: number[] = [];
    const stop = new AbortController();
    const onStep = (step: number, { loss }: { loss: number }): void => {
      broken.push(loss);
      if (step === 5) stop.abort();
    };
    const stopped = trainEncoderWithLoss(job({ checkpoints: { directory }, signal: stop.signal, onStep }, []));
    await expect(stopped).rejects.toMatchObject({ code: 'ABORTED' });
    await trainEncoderWithLoss(job({ checkpoints: { directory, resume: true } }, broken));
    expect(broken).toEqual(whole);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});

it('keeps the parameters with the greatest score of your own validation', async () => {
  const scores = [1, 3, 2, 0];
  let epoch = 0;
  const encoder = createFakeTrainableEncoder();
  const embeddings: Float32Array[] = [];
  const some = await encoder.tokenize(texts.slice(0, 2));
  const result = await trainEncoderWithLoss({
    encoder,
    texts,
    loss: alike,
    settings: { learningRate: 0.02, epochs: 4, batchSize: 60, earlyStopping: { patience: 2 } },
    validate: async () => {
      embeddings.push((await encoder.encode(some)).data);
      return { score: scores[epoch++] ?? 0 };
    },
  });
  expect(result.bestEpoch).toBe(2);
  expect((await encoder.encode(some)).data).toEqual(embeddings[1]);
});

it.each([
  [
    'a loss that is no number',
    { loss: ({ embeddings }) => embeddings } satisfies Partial<EncoderLossOptions>,
    'SHAPE_MISMATCH',
  ],
  ['no texts', { texts: [] }, 'TOO_FEW_EXAMPLES'],
])('refuses %s', async (_, more, code) => {
  const job = { encoder: createFakeTrainableEncoder(), texts, loss: alike, ...more };
  await expect(trainEncoderWithLoss(job)).rejects.toMatchObject({ code });
});

it('refuses batches of your own that are none, whatever number of steps is asked for', async () => {
  const job = { texts, loss: alike, batches: () => [], settings: { steps: 3 } };
  await expect(trainEncoderWithLoss({ ...job, encoder: createFakeTrainableEncoder() })).rejects.toMatchObject({
    code: 'TOO_FEW_EXAMPLES',
  });
});
