import type { Activation, Tensor } from '@polyhead/types';
import { describe, expect, it } from 'vitest';

import { decodeModel } from '../protobuf/decode-model.ts';
import { encodeModel } from '../protobuf/encode-model.ts';
import { toFloat32 } from '../tensor/to-float32.ts';
import { present, readArchitectureGolden } from '../testing/golden.ts';
import { runModel } from '../testing/run-model.ts';
import { buildEncoderModel } from '../architectures/build-encoder-model.ts';
import { appendHead, createHeadInputModel, splitLabelOutputs } from './append-head.ts';
import { appendPooling } from './append-pooling.ts';

const affine = { outputs: 3, weights: Float32Array.of(1, 0, 0, 1, -1, 2), bias: Float32Array.of(0.5, 0, -1) };
const embedding: Tensor = { dataType: 'float32', shape: [2, 2], data: Float32Array.of(1, 2, -3, 0.5) };
const logits = [
  [1.5, 2, 2],
  [-2.5, 0.5, 3],
];

const sigmoid = (value: number): number => 1 / (1 + Math.exp(-value));
const expected: Readonly<Record<Activation, (row: readonly number[]) => number[]>> = {
  identity: (row) => [...row],
  softmax(row) {
    const sum = row.reduce((total, value) => total + Math.exp(value), 0);
    return row.map((value) => Math.exp(value) / sum);
  },
  sigmoid: (row) => row.map(sigmoid),
  'normalized-sigmoid'(row) {
    const sum = row.reduce((total, value) => total + sigmoid(value), 0);
    return row.map((value) => sigmoid(value) / sum);
  },
};

function assertClose(actual: Tensor | undefined, values: readonly number[]): void {
  const data = toFloat32(present(actual));
  expect(data.length).toBe(values.length);
  values.forEach((value, index) => {
    expect(data[index]).toBeCloseTo(value, 5);
  });
}

describe('appendHead', () => {
  it.each(Object.keys(expected) as Activation[])('computes %s of the affine map', async (activation) => {
    const start = createHeadInputModel({ name: 'head', dimension: 2 });
    const model = appendHead(start, { name: 'topic', input: 'logits', affine, activation });
    expect(model.graph.outputs).toEqual([{ name: 'topic', dataType: 'float32', shape: ['batch', 3] }]);
    const { topic } = await runModel(model, { logits: embedding });
    assertClose(topic, logits.flatMap(expected[activation]));
  });

  it('refuses weights that do not fit', () => {
    const start = createHeadInputModel({ name: 'head', dimension: 2 });
    const wrong = { ...affine, bias: new Float32Array(2) };
    expect(() => appendHead(start, { name: 'topic', input: 'logits', affine: wrong, activation: 'softmax' })).toThrow(
      expect.objectContaining({ code: 'SHAPE_MISMATCH' }),
    );
    expect(() => appendHead(start, { name: 'topic', input: 'nothing', affine, activation: 'softmax' })).toThrow(
      expect.objectContaining({ code: 'GRAPH_INVALID' }),
    );
  });

  it('puts several heads behind one encoder', async () => {
    const golden = await readArchitectureGolden('bert');
    const { model } = await buildEncoderModel(golden.directory);
    const pooled = appendPooling(model, { pooling: 'mean', normalize: true });
    const wide = (outputs: number): typeof affine => ({
      outputs,
      weights: Float32Array.from({ length: outputs * 32 }, (_, index) => Math.sin(index)),
      bias: new Float32Array(outputs),
    });
    const heads = [
      { name: 'intent', input: 'sentence_embedding', affine: wide(3), activation: 'softmax' },
      { name: 'emotion', input: 'sentence_embedding', affine: wide(2), activation: 'sigmoid' },
    ] as const;
    const merged = heads.reduce(appendHead, pooled);
    const outputs = await runModel(decodeModel(encodeModel(merged)), golden.inputs);
    expect(Object.fromEntries(Object.entries(outputs).map(([name, { shape }]) => [name, shape]))).toEqual({
      sentence_embedding: [3, 32],
      intent: [3, 3],
      emotion: [3, 2],
    });
    const alone = appendHead(createHeadInputModel({ name: 'h', dimension: 32 }), { ...heads[1], input: 'logits' });
    const { emotion } = await runModel(alone, { logits: present(outputs['sentence_embedding']) });
    assertClose(emotion, [...toFloat32(present(outputs['emotion']))]);
  });
});

describe('splitLabelOutputs', () => {
  it('gives a pair of probabilities under the name of each label', async () => {
    const start = createHeadInputModel({ name: 'head', dimension: 2 });
    const head = appendHead(start, { name: 'emotion', input: 'logits', affine, activation: 'sigmoid' });
    const labels = ['joy', 'anger/fear', 'neutral'];
    const model = splitLabelOutputs(head, { probabilities: 'emotion', labels });
    expect(model.graph.outputs.map(({ name }) => name)).toEqual(labels);
    const outputs = await runModel(model, { logits: embedding });
    labels.forEach((label, column) => {
      const values = logits.flatMap((row) => {
        const probability = sigmoid(present(row[column]));
        return [1 - probability, probability];
      });
      expect(outputs[label]?.shape).toEqual([2, 2]);
      assertClose(outputs[label], values);
    });
  });

  it('refuses an output that does not exist', () => {
    const start = createHeadInputModel({ name: 'head', dimension: 2 });
    expect(() => splitLabelOutputs(start, { probabilities: 'none', labels: [] })).toThrow(
      expect.objectContaining({ code: 'GRAPH_INVALID' }),
    );
  });
});
