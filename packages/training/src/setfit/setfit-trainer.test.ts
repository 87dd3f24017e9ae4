import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { createAffineHead } from '@polyhead/heads';
import type { LabeledTexts } from '@polyhead/types';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CreateDifferentiableHead } from '../finetune/heads/differentiable-head.ts';
import { toyExamples } from '../finetune/testing/toy-examples.ts';
import { fakeLoaders } from '../testing/fake-loaders.ts';
import { SetFitTrainer, type SetFitTrainerOptions } from './setfit-trainer.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polyhead-setfit-trainer-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function topics(rows: number, seed: number): LabeledTexts {
  const { texts, heads } = toyExamples(rows, seed);
  const targets = heads['topic']?.targets;
  if (targets === undefined) throw new TypeError('expected topics');
  return { texts, targets };
}

const rows = { topic: { train: topics(24, 1), test: topics(60, 2) } };
const embedding = { learningRate: 0.01, steps: 10, batchSize: 12 };

function train(options: SetFitTrainerOptions, output: string) {
  const trainer = new SetFitTrainer({ embedding, ...options }, fakeLoaders);
  return trainer.train(rows, { output: join(folder, output) });
}

it('trains on texts in memory with a head of any type', async () => {
  const { heads } = await train({ heads: { topic: { type: 'linear-svm' } } }, 'svm');
  expect(heads[0]?.fitted.type).toBe('linear-svm');
  expect(heads[0]?.evaluations.test).toHaveProperty('accuracy');
});

/** Logits that are the negative squared distance to a learned centre of each label. */
const centres: CreateDifferentiableHead = ({ labels, dimension, random }) => {
  const data = Float32Array.from({ length: labels.length * dimension }, () => random.normal());
  return {
    type: 'linear',
    parameters: { centres: { shape: [labels.length, dimension], data } },
    logits: (embeddings, parameters) => {
      const learned = parameters['centres'] as tf.Tensor2D;
      const products = tf.matMul(embeddings, learned, false, true);
      return tf.sub(tf.mul(products, 2), tf.sum(tf.square(learned), 1));
    },
    toFitted: ({ task, activation, options, settings, history }) =>
      createAffineHead({
        type: 'linear',
        ...{ task, labels, dimension, activation, options, settings, history },
        weights: data.map((value) => 2 * value),
        bias: Float32Array.from(
          labels,
          (_, label) =>
            -data.subarray(label * dimension, (label + 1) * dimension).reduce((sum, value) => sum + value ** 2, 0),
        ),
      }),
  };
};

it('trains a head of your own together with the encoder', async () => {
  const endToEnd = { epochs: 12, batchSize: 8, learningRate: 0.01, headLearningRate: 0.05 };
  const { heads } = await train({ endToEnd, heads: { topic: { differentiable: centres } } }, 'own');
  const test = heads[0]?.evaluations.test;
  expect(test !== undefined && 'accuracy' in test ? test.accuracy : 0).toBeGreaterThan(0.6);
});

describe('a head of your own that does not fit is refused before the encoder learns', () => {
  const wrongHeads: Readonly<Record<string, Partial<ReturnType<CreateDifferentiableHead>>>> = {
    'logits of too few labels': { logits: (embeddings) => tf.slice(embeddings, [0, 0], [-1, 2]) },
    'logits without rows': { logits: () => tf.zeros([3]) },
    'a matrix that embeddings cannot be multiplied by': {
      logits: (embeddings) => tf.matMul(embeddings, tf.ones([5, 3])),
    },
    'parameters that do not fill their shape': {
      parameters: { centres: { shape: [3, 16], data: new Float32Array(47) } },
    },
  };

  it.each(Object.entries(wrongHeads))('%s', async (_, wrong) => {
    const differentiable: CreateDifferentiableHead = (context) => ({ ...centres(context), ...wrong });
    const trainer = new SetFitTrainer({ embedding, endToEnd: {}, heads: { topic: { differentiable } } }, fakeLoaders);
    const onStep = (): void => expect.unreachable('nothing should be trained');
    const failing = trainer.train(rows, { output: join(folder, 'wrong'), onStep });
    await expect(failing).rejects.toMatchObject({ code: 'SHAPE_MISMATCH', details: { head: 'topic' } });
  });

  it('where nothing is trained end to end', async () => {
    const failing = train({ heads: { topic: { differentiable: centres } } }, 'apart');
    await expect(failing).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', details: { head: 'topic' } });
  });
});

it('names options of a head that there are no rows of', async () => {
  await expect(train({ heads: { other: {} } }, 'none')).rejects.toMatchObject({ code: 'HEAD_NOT_FOUND' });
});
