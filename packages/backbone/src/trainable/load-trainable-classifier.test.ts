import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildEncoderModel, readSafetensors, writeModel } from '@polyhead/onnx';
import type { JsonObject, TextPair, TrainableEncoder } from '@polyhead/types';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { loadCrossEncoder } from '../cross-encoder/load-cross-encoder.ts';
import { writeJson, writeTinyClassifier, writeTinyModel } from '../testing/tiny-model.ts';
import {
  loadTrainableClassifier,
  type LoadedTrainableClassifier,
  type LoadTrainableClassifierOptions,
} from './load-trainable-classifier.ts';

const two = ['entailment', 'not_entailment'];
const three = ['entailment', 'neutral', 'contradiction'];

let root: string;
const at = (name: string): string => join(root, name);
const open: TrainableEncoder[] = [];

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'polyhead-classifier-'));
  await writeTinyModel(at('plain'));
  await writeTinyClassifier(at('classifier'), three);
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((classifier) => classifier.release()));
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function load(
  name: string,
  options: Partial<LoadTrainableClassifierOptions> = {},
): Promise<LoadedTrainableClassifier> {
  const classifier = await loadTrainableClassifier(at(name), {
    labels: two,
    threads: 2,
    memoryBudget: 2 ** 30,
    cacheDirectory: at('cache'),
    ...options,
  });
  open.push(classifier);
  return classifier;
}

const pairs: readonly TextPair[] = [
  { first: 'a cat sleeps', second: 'an animal sleeps' },
  { first: 'a cat sleeps on the mat', second: 'a dog runs' },
  { first: 'it rains', second: 'the weather is wet' },
  { first: 'stocks fell sharply today', second: 'it is sunny' },
];

async function logitsOf(classifier: TrainableEncoder): Promise<Float32Array> {
  return (await classifier.encode(await classifier.tokenize(pairs))).data;
}

async function servedLogits(name: string): Promise<Float32Array> {
  const served = await loadCrossEncoder(at(name), { cacheDirectory: at('cache') });
  const { data } = await served.logits(pairs);
  await served.release();
  return data;
}

function largestDifference(left: Float32Array, right: Float32Array): number {
  expect(left.length).toBe(right.length);
  return left.reduce((largest, value, index) => Math.max(largest, Math.abs(value - (right[index] ?? NaN))), 0);
}

/** Steps of cross-entropy with the classes 0, 1, 0, 1. Returns the loss of every step. */
async function train(classifier: TrainableEncoder, steps: number): Promise<number[]> {
  const encodings = await classifier.tokenize(pairs);
  const losses: number[] = [];
  for (let step = 0; step < steps; step += 1) {
    const pass = await classifier.forward(encodings, { dropoutSeed: step });
    const { data, rows, columns } = pass.embeddings;
    const gradient = new Float32Array(data.length);
    let loss = 0;
    for (let row = 0; row < rows; row += 1) {
      const logits = [...data.subarray(row * columns, (row + 1) * columns)];
      const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
      logits.forEach((logit, column) => {
        const truth = column === row % 2 ? 1 : 0;
        gradient[row * columns + column] = (Math.exp(logit) / total - truth) / rows;
        if (truth === 1) loss -= Math.log(Math.exp(logit) / total) / rows;
      });
    }
    losses.push(loss);
    await pass.backward(gradient);
    expect(await classifier.sumGradients()).toBeGreaterThan(0);
    await classifier.update({ learningRate: 0.01, gradientScale: 1 });
  }
  return losses;
}

describe('a trainable classifier', () => {
  it('starts with the logits of the checkpoint that it goes on from, with its order of labels', async () => {
    const classifier = await load('classifier', { labels: ['Contradiction', 'entailment', 'NEUTRAL'] });
    expect(classifier.labels).toEqual(three);
    expect(classifier.newWeights).toEqual([]);
    expect(classifier.description.dimension).toBe(3);
    expect(classifier.parameters.map(({ name }) => name)).toContain('classifier.weight');
    expect(largestDifference(await logitsOf(classifier), await servedLogits('classifier'))).toBeLessThan(1e-5);
  });

  it('makes the last layer anew for other labels, and the whole head for a plain encoder', async () => {
    const other = await load('classifier');
    expect(other.labels).toEqual(two);
    expect(other.newWeights).toEqual(['classifier.weight', 'classifier.bias']);
    expect((await load('classifier', { labels: ['a', 'b', 'c'] })).newWeights).toEqual(other.newWeights);
    const plain = await load('plain');
    expect(plain.newWeights).toEqual([
      'pooler.dense.weight',
      'pooler.dense.bias',
      'classifier.weight',
      'classifier.bias',
    ]);
    expect(await logitsOf(plain)).toEqual(await logitsOf(await load('plain')));
    expect(await logitsOf(plain)).not.toEqual(await logitsOf(await load('plain', { seed: 7 })));
  });

  it('takes no head from a model of another task', async () => {
    await writeTinyClassifier(at('tokens'), three);
    await writeJson(at('tokens'), 'config.json', {
      ...(JSON.parse(await readFile(at('tokens/config.json'), 'utf8')) as JsonObject),
      architectures: ['BertForTokenClassification'],
    });
    const { newWeights } = await load('tokens', { labels: three });
    expect(newWeights).toEqual(['classifier.weight', 'classifier.bias']);
  });

  it('learns pairs, and what it saves gives its logits wherever it is loaded', async () => {
    const classifier = await load('plain', { dropout: 0 });
    const losses = await train(classifier, 10);
    expect(losses.at(-1)).toBeLessThan(0.8 * (losses[0] ?? 0));
    expect(classifier.updates).toBe(10);
    await classifier.saveEncoder(at('saved'));
    const logits = await logitsOf(classifier);
    expect(largestDifference(logits, await servedLogits('saved'))).toBeLessThan(1e-5);
    const reloaded = await load('saved');
    expect(reloaded.newWeights).toEqual([]);
    expect(largestDifference(logits, await logitsOf(reloaded))).toBeLessThan(1e-5);
  });

  it("saves with the library's names", async () => {
    await (await load('plain')).saveEncoder(at('named'));
    const config = JSON.parse(await readFile(at('named/config.json'), 'utf8')) as JsonObject;
    expect(config).toMatchObject({
      architectures: ['BertForSequenceClassification'],
      id2label: { 0: 'entailment', 1: 'not_entailment' },
      label2id: { entailment: 0, not_entailment: 1 },
    });
    const [plain, named] = await Promise.all(
      ['plain', 'named'].map(async (name) => [
        ...(await readSafetensors(at(`${name}/model.safetensors`))).tensors.keys(),
      ]),
    );
    const head = ['bert.pooler.dense.weight', 'bert.pooler.dense.bias', 'classifier.weight', 'classifier.bias'];
    expect(named?.sort()).toEqual([...(plain ?? []).map((name) => `bert.${name}`), ...head].sort());
  });

  it('saves half precision on demand', async () => {
    const classifier = await load('classifier', { labels: three, dataType: 'float16' });
    await classifier.saveEncoder(at('half'));
    const [half, whole] = await Promise.all(
      ['half', 'classifier'].map((name) => stat(at(`${name}/model.safetensors`))),
    );
    expect((half?.size ?? 0) / (whole?.size ?? 1)).toBeLessThan(0.51);
    expect(largestDifference(await logitsOf(classifier), await servedLogits('half'))).toBeLessThan(0.05);
  });

  it('cuts the first text only unless told otherwise', async () => {
    const [row] = await (
      await load('plain')
    ).tokenize([{ first: 'word '.repeat(80), second: 'an animal sleeps here' }]);
    const ofSecond = row?.sequenceIds.filter((side) => side === 1).length;
    expect([row?.ids.length, row?.truncated, ofSecond]).toEqual([64, true, 4]);
    const reversed = { first: 'one', second: 'word '.repeat(80) };
    await expect((await load('plain')).tokenize([reversed])).rejects.toMatchObject({ code: 'TEXT_TOO_LONG' });
    const [cut] = await (await load('plain', { truncation: 'longest-first' })).tokenize([reversed]);
    expect(cut?.ids.length).toBe(64);
  });

  it('refuses labels that are none, and folders without safetensors', async () => {
    for (const labels of [[], ['a'], ['a', 'a'], ['a', '']]) {
      await expect(load('plain', { labels })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    }
    await expect(load('plain', { layerDecay: 0 })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await writeTinyModel(at('graph'));
    await writeModel((await buildEncoderModel(at('graph'))).model, at('graph/model.onnx'));
    await rm(at('graph/model.safetensors'));
    await expect(load('graph')).rejects.toMatchObject({ code: 'MODEL_INCOMPLETE' });
  });
});
