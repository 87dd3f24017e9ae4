import { readFile } from 'node:fs/promises';

import type { EncoderParameter } from '@polyhead/types';
import { describe, expect, it } from 'vitest';

import { buildClassifierModel } from '../architectures/build-classifier-model.ts';
import { buildEncoderModel } from '../architectures/build-encoder-model.ts';
import { supportedModelTypes } from '../architectures/start-graph.ts';
import { createGraphBuilder } from '../builder/graph-builder.ts';
import { intAttribute } from '../model/attributes.ts';
import { decodeModel } from '../protobuf/decode-model.ts';
import { appendPooling } from '../rewrites/append-pooling.ts';
import { readSafetensors } from '../safetensors/read.ts';
import { goldenPath } from '../testing/golden.ts';
import { listEncoderParameters } from './list-encoder-parameters.ts';

/** Parameters of the bare encoder with their shapes, from the checkpoint. */
async function readCheckpointShapes(name: string): Promise<Record<string, readonly number[]>> {
  const { tensors } = await readSafetensors(goldenPath(`${name}/model.safetensors`));
  const used = [...tensors].filter(([key]) => !key.startsWith('pooler.'));
  return Object.fromEntries(used.map(([key, tensor]) => [key, tensor.shape]));
}

function countRoles(parameters: readonly EncoderParameter[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { role } of parameters) counts[role] = (counts[role] ?? 0) + 1;
  return counts;
}

describe('listEncoderParameters for graphs of our own', () => {
  it.each(supportedModelTypes)('lists what the checkpoint of %s has, without the pooler', async (name) => {
    const { model, configuration } = await buildEncoderModel(goldenPath(name));
    const parameters = listEncoderParameters(appendPooling(model, { pooling: 'mean', normalize: true }));
    const shapes = Object.fromEntries(parameters.map((parameter) => [parameter.name, parameter.shape]));
    expect(shapes).toEqual(await readCheckpointShapes(name));
    const layerCount = name === 'albert' ? 1 : configuration.layerCount;
    expect(new Set(parameters.map(({ layer }) => layer))).toEqual(
      new Set(Array.from({ length: layerCount + 1 }, (_, layer) => layer)),
    );
    for (const { name: key, role, layer } of parameters) {
      const isNorm = /norm\.(weight|bias)$/i.test(key);
      expect(role === 'normalization', key).toBe(isNorm);
      expect(role === 'bias', key).toBe(!isNorm && key.endsWith('.bias'));
      expect(role === 'embedding', key).toBe(/(embeddings|relative_attention_bias)\.weight$/.test(key));
      const [, number] = /layers?\.(\d+)\./.exec(key) ?? [];
      if (number !== undefined) expect(layer, key).toBe(Number(number) + 1);
    }
  });

  it('counts what lies ahead of the layers as 0 and what lies behind as the last layer', async () => {
    const layerOf = async (name: string, parameter: string): Promise<number | undefined> => {
      const { model } = await buildClassifierModel(goldenPath(name));
      return listEncoderParameters(model).find((item) => item.name === parameter)?.layer;
    };
    expect(await layerOf('deberta-v2-nli', 'encoder.rel_embeddings.weight')).toBe(0);
    expect(await layerOf('deberta-v2-nli', 'encoder.LayerNorm.bias')).toBe(0);
    expect(await layerOf('modernbert-nli', 'final_norm.weight')).toBe(3);
    expect(await layerOf('modernbert-nli', 'classifier.bias')).toBe(3);
    expect(await layerOf('bert-nli', 'pooler.dense.weight')).toBe(2);
  });
});

describe('listEncoderParameters for foreign graphs', () => {
  const files = ['torchscript-opset14', 'dynamo-opset18', 'optimum'];
  it.each(['bert', 'xlm-roberta'].flatMap((name) => files.map((file) => [name, file] as const)))(
    '%s/onnx-%s: every parameter, also the anonymous weights',
    async (name, file) => {
      const bytes = await readFile(goldenPath(`${name}/onnx-${file}.onnx`));
      const model = appendPooling(decodeModel(new Uint8Array(bytes)), { pooling: 'mean', normalize: true });
      const parameters = listEncoderParameters(model);
      const own = listEncoderParameters((await buildEncoderModel(goldenPath(name))).model);
      expect(countRoles(parameters)).toEqual(countRoles(own));
      for (const layer of [0, 1, 2]) {
        const inLayer = (list: readonly EncoderParameter[]): EncoderParameter[] =>
          list.filter((item) => item.layer === layer);
        expect(countRoles(inLayer(parameters))).toEqual(countRoles(inLayer(own)));
      }
      const names = parameters
        .map((item) => item.name.replace(/^model\./, ''))
        .filter((item) => /\.(weight|bias)$/.test(item));
      expect(own.map((item) => item.name)).toEqual(expect.arrayContaining(names));
    },
  );

  it('leaves out constants and takes anonymous weights from their use', () => {
    const builder = createGraphBuilder({ name: 'foreign' });
    const shape = ['batch', 'sequence'];
    const tensor = (...sizes: number[]): { dataType: 'float32'; shape: number[]; data: Float32Array } => ({
      dataType: 'float32',
      shape: sizes,
      data: new Float32Array(sizes.reduce((product, size) => product * size, 1)),
    });
    const constant = (name: string, ...sizes: number[]): string => builder.initializer(name, tensor(...sizes));
    const ids = builder.input('input_ids', { dataType: 'int64', shape });
    const states = builder.operation('Gather', [constant('tok.weight', 9, 4), ids]);
    const cosines = builder.operation('Gather', [constant('rotary.cos_cached', 9, 4), ids]);
    const turned = builder.operation('Mul', [states, cosines]);
    const scaled = builder.operation('Mul', [turned, constant('scale')]);
    const angles = builder.operation('MatMul', [constant('inverse_frequencies', 4, 1), constant('positions', 1, 4)]);
    const product = builder.operation('MatMul', [builder.operation('Add', [scaled, angles]), constant('w1', 4, 4)]);
    const sum = builder.operation('Add', [constant('b1', 4), product]);
    const deviation = builder.operation('Sqrt', [builder.operation('Mul', [sum, sum])]);
    const normal = builder.operation('Mul', [builder.operation('Div', [sum, deviation]), constant('g1', 4)]);
    const shifted = builder.operation('Add', [normal, constant('s1', 4)]);
    const weighted = builder.operation('Mul', [shifted, constant('mask_values', 4)]);
    const transposed = builder.operation('Transpose', [constant('w2', 4, 4)], { axis: intAttribute(0) });
    builder.initializer('unused.weight', tensor(4, 4));
    builder.output('y', builder.operation('MatMul', [weighted, transposed]), { dataType: 'float32', shape: undefined });
    expect(listEncoderParameters(builder.build()).map(({ name, role }) => [name, role])).toEqual([
      ['tok.weight', 'embedding'],
      ['w1', 'weight'],
      ['b1', 'bias'],
      ['g1', 'normalization'],
      ['s1', 'normalization'],
      ['w2', 'weight'],
    ]);
  });
});
