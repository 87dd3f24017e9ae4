import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { JsonObject, Tensor } from '@polyhead/types';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { readSafetensors } from '../safetensors/read.ts';
import { writeSafetensors } from '../safetensors/write.ts';
import { toFloat32 } from '../tensor/to-float32.ts';
import { createMask, createMasks } from '../testing/create-masks.ts';
import { goldenPath, present, readArchitectureGolden } from '../testing/golden.ts';
import { runModel } from '../testing/run-model.ts';
import { buildClassifierModel } from './build-classifier-model.ts';

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'polyhead-classifier-'));
});
afterAll(async () => {
  await rm(scratch, { recursive: true });
});

async function readTensors(name: string): Promise<Map<string, Tensor>> {
  return new Map((await readSafetensors(goldenPath(`${name}.safetensors`))).tensors);
}

function pickInputs(tensors: ReadonlyMap<string, Tensor>): Record<string, Tensor> {
  const inputs = [...tensors].filter(([key]) => key.startsWith('inputs.'));
  return Object.fromEntries(inputs.map(([key, tensor]) => [key.slice('inputs.'.length), tensor]));
}

function expectClose(actual: Tensor | undefined, expected: ArrayLike<number>): void {
  const values = toFloat32(present(actual));
  expect(values.length).toBe(expected.length);
  values.forEach((value, index) => {
    expect(Math.abs(value - (expected[index] ?? NaN))).toBeLessThan(1e-5);
  });
}

async function changedCopy(name: string, change: JsonObject): Promise<string> {
  const directory = await mkdtemp(join(scratch, name));
  await cp(goldenPath(name), directory, { recursive: true });
  const config = JSON.parse(await readFile(join(directory, 'config.json'), 'utf8')) as JsonObject;
  await writeFile(join(directory, 'config.json'), JSON.stringify({ ...config, ...change }));
  return directory;
}

describe('buildClassifierModel against reference logits', () => {
  it.each([
    'bert-nli',
    'roberta-nli',
    'distilbert-nli',
    'deberta-v2-nli',
    'modernbert-nli',
    'mpnet-first',
    'electra-first',
    'albert-first',
    'modernbert-first',
  ])('%s', async (name) => {
    const expected = await readTensors(`${name}/expected`);
    const { model, labels, configuration, checkpointNames } = await buildClassifierModel(goldenPath(name));
    expect(model.graph.outputs).toEqual([{ name: 'logits', dataType: 'float32', shape: ['batch', 3] }]);
    expect(labels).toEqual(['entailment', 'neutral', 'contradiction']);
    expect(configuration.hiddenSize).toBe(32);
    const { logits } = await runModel(model, pickInputs(expected));
    expectClose(logits, toFloat32(present(expected.get('logits'))));

    const weights = await readTensors(`${name}/model`);
    expect(new Set(checkpointNames.values())).toEqual(new Set(weights.keys()));
    for (const [own, file] of checkpointNames) {
      const initializer = present(model.graph.initializers.find((item) => item.name === own));
      expect(initializer.tensor.data, own).toEqual(present(weights.get(file)).data);
    }
  });

  it('modernbert-nli with its other pooling', async () => {
    const expected = await readTensors('modernbert-nli/expected');
    const directory = await changedCopy('modernbert-nli', { classifier_pooling: 'cls' });
    const { logits } = await runModel((await buildClassifierModel(directory)).model, pickInputs(expected));
    expectClose(logits, toFloat32(present(expected.get('logits_with_classifier_pooling_cls'))));
  });
});

const tanh = Math.tanh;
/** Gelu by its definition, the error function by numerical integration. */
function gelu(value: number): number {
  const steps = 2000;
  const width = value / Math.SQRT2 / steps;
  let sum = 0;
  for (let step = 0; step < steps; step++) sum += Math.exp(-(((step + 0.5) * width) ** 2));
  return (value / 2) * (1 + (2 / Math.sqrt(Math.PI)) * sum * width);
}

/** A head with two layers by its definition, on the states of first tokens. */
function headLogits(states: Tensor, weights: readonly Tensor[], activation: (value: number) => number): number[] {
  const [dense, denseBias, output, outputBias] = weights.map((tensor) => toFloat32(tensor));
  const layer = (input: readonly number[], matrix: Float32Array, bias: Float32Array): number[] =>
    [...bias].map((start, row) =>
      input.reduce((sum, value, column) => sum + value * (matrix[row * input.length + column] ?? NaN), start),
    );
  const [rows = 0, columns = 0, hidden = 0] = states.shape;
  return Array.from({ length: rows }, (_, row) => {
    const first = [...toFloat32(states).subarray(row * columns * hidden, row * columns * hidden + hidden)];
    const middle = layer(first, present(dense), present(denseBias)).map(activation);
    return layer(middle, present(output), present(outputBias));
  }).flat();
}

/** A tensor with values that look random and are not. */
function fill(shape: readonly number[], seed: number): Tensor {
  const count = shape.reduce((product, size) => product * size, 1);
  const data = Float32Array.from({ length: count }, (_, index) => Math.sin(seed + index * 12.9898) / 3);
  return { dataType: 'float32', shape, data };
}

describe('buildClassifierModel by the definition of its head', () => {
  const heads = [
    ['camembert', 'roberta', ['classifier.dense', 'classifier.out_proj'], tanh],
    ['mpnet', 'mpnet', ['classifier.dense', 'classifier.out_proj'], tanh],
    ['electra', 'electra', ['classifier.dense', 'classifier.out_proj'], gelu],
    ['albert', 'albert', ['albert.pooler', 'classifier'], tanh],
  ] as const;
  it.each(heads)('%s', async (name, prefix, [dense, output], activation) => {
    const golden = await readArchitectureGolden(name);
    const directory = await changedCopy(name, { architectures: [`${name}ForSequenceClassification`], id2label: null });
    const encoder = [...(await readTensors(`${name}/model`))].map(([key, tensor]) => [`${prefix}.${key}`, tensor]);
    const head = [fill([32, 32], 1), fill([32], 2), fill([4, 32], 3), fill([4], 4)];
    const names = [`${dense}.weight`, `${dense}.bias`, `${output}.weight`, `${output}.bias`];
    const tensors = Object.fromEntries([...encoder, ...names.map((key, index) => [key, head[index]])]) as Record<
      string,
      Tensor
    >;
    await writeSafetensors(join(directory, 'model.safetensors'), tensors);

    const { model, labels } = await buildClassifierModel(directory);
    expect(labels).toEqual(['LABEL_0', 'LABEL_1', 'LABEL_2', 'LABEL_3']);
    const { logits } = await runModel(model, golden.inputs);
    expectClose(logits, headLogits(golden.lastHiddenState, head, activation));
  });
});

describe('buildClassifierModel with dropout', () => {
  const heads = [
    ['bert-nli', ['classifier']],
    ['roberta-nli', ['pooler', 'classifier']],
    ['distilbert-nli', ['classifier']],
    ['deberta-v2-nli', ['pooler', 'classifier']],
    ['modernbert-nli', ['classifier']],
  ] as const;
  it.each(heads)('has the sites of %s', async (name, sites) => {
    const inputs = pickInputs(await readTensors(`${name}/expected`));
    const plain = await runModel((await buildClassifierModel(goldenPath(name))).model, inputs);
    const { model, dropoutSites } = await buildClassifierModel(goldenPath(name), { dropout: 0.5 });
    const head = dropoutSites.filter(({ name: site }) => !/layer|embeddings/.test(site));
    expect(head).toEqual(sites.map((site) => ({ name: `dropout/${site}`, probability: 0.5, shape: ['batch', 32] })));
    const masks = createMasks(dropoutSites);
    expect((await runModel(model, { ...inputs, ...masks }))['logits']?.data).toEqual(plain['logits']?.data);
    for (const site of head) {
      const changed = await runModel(model, { ...inputs, ...masks, [site.name]: createMask(site, 0) });
      expect(changed['logits']?.data).not.toEqual(plain['logits']?.data);
    }
  });

  it('computes the last layer for first tokens alone', async () => {
    const shapesOf = async (directory: string): Promise<Record<string, readonly unknown[]>> => {
      const { dropoutSites } = await buildClassifierModel(directory, { dropout: 0.5 });
      const layers = dropoutSites.filter(({ name }) => name.startsWith('dropout/layer.'));
      return Object.fromEntries(layers.map(({ name, shape }) => [name.slice('dropout/layer.'.length), shape]));
    };
    expect(await shapesOf(goldenPath('distilbert-nli'))).toEqual({
      '0.attention_probabilities': ['batch', 4, 'sequence', 'sequence'],
      '0.feed_forward_output': ['tokens', 32],
      '1.attention_probabilities': ['batch', 4, 1, 'sequence'],
      '1.feed_forward_output': ['batch', 32],
    });
    const lastOf = async (directory: string): Promise<unknown> => Object.values(await shapesOf(directory)).at(-1);
    expect(await lastOf(goldenPath('modernbert-nli'))).toEqual(['tokens', 64]);
    const pooled = await changedCopy('modernbert-nli', { classifier_pooling: 'cls' });
    expect(await lastOf(pooled)).toEqual(['batch', 64]);
  });

  it('takes the probabilities that belong to classifiers', async () => {
    const probability = async (directory: string): Promise<number | undefined> =>
      (await buildClassifierModel(directory, { dropout: true })).dropoutSites.at(-1)?.probability;
    expect(await probability(goldenPath('distilbert-nli'))).toBe(0.2);
    expect(await probability(goldenPath('bert-nli'))).toBe(0.1);
    expect(await probability(await changedCopy('bert-nli', { classifier_dropout: 0.3 }))).toBe(0.3);
    expect(await probability(await changedCopy('deberta-v2-nli', { cls_dropout: 0.4 }))).toBe(0.4);
  });
});

describe('buildClassifierModel refuses', () => {
  it('an encoder without a head, other heads and labels that do not fit', async () => {
    await expect(buildClassifierModel(await changedCopy('bert', { architectures: null }))).rejects.toMatchObject({
      code: 'TENSOR_MISSING',
    });
    for (const change of [
      { architectures: ['BertForTokenClassification'] },
      { id2label: { 0: 'yes', 1: 'no' } },
      { id2label: { 0: 'a', 1: 'b', 2: 'c', 3: 'd' } },
      { classifier_dropout: 1 },
    ]) {
      const directory = await changedCopy('bert-nli', change);
      await expect(buildClassifierModel(directory, { dropout: true })).rejects.toMatchObject({
        code: 'INVALID_CONFIGURATION',
      });
    }
    const pooling = await changedCopy('modernbert-nli', { classifier_pooling: 'max' });
    await expect(buildClassifierModel(pooling)).rejects.toMatchObject({ code: 'INVALID_CONFIGURATION' });
  });
});
