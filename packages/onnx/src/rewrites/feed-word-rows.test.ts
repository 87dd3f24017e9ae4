import { readFile } from 'node:fs/promises';

import type { Tensor } from '@polyhead/types';
import { describe, expect, it } from 'vitest';

import { buildEncoderModel } from '../architectures/build-encoder-model.ts';
import { supportedModelTypes } from '../architectures/start-graph.ts';
import { createGraphBuilder } from '../builder/graph-builder.ts';
import { intAttribute } from '../model/attributes.ts';
import type { OnnxModel } from '../model/onnx-model.ts';
import { decodeModel } from '../protobuf/decode-model.ts';
import { toFloat32 } from '../tensor/to-float32.ts';
import { goldenPath, largestDifference, present, readArchitectureGolden } from '../testing/golden.ts';
import { runModel } from '../testing/run-model.ts';
import { feedWordRows, type WordRowsModel } from './feed-word-rows.ts';

/** The rows that a batch uses, in reverse order of first use, and where each token finds its own. */
function createFeeds(table: Tensor, ids: Tensor, fed: WordRowsModel): Record<string, Tensor> {
  const tokens = [...ids.data].map(Number);
  const distinct = [...new Set(tokens)].reverse();
  const width = table.shape[1] ?? 0;
  const values = toFloat32(table);
  const rows = distinct.flatMap((token) => [...values.subarray(token * width, (token + 1) * width)]);
  const numbers = Int32Array.from(tokens, (token) => distinct.indexOf(token));
  return {
    [fed.table]: { dataType: 'float32', shape: [distinct.length, width], data: Float32Array.from(rows) },
    [fed.rowIdsInput]: { dataType: 'int32', shape: ids.shape, data: numbers },
  };
}

async function expectSameStates(model: OnnxModel, architecture: string): Promise<void> {
  const golden = await readArchitectureGolden(architecture);
  const fed = present(feedWordRows(model));
  const table = present(model.graph.initializers.find(({ name }) => name === fed.table)).tensor;
  expect(fed.tableShape).toEqual(table.shape);
  expect(table.shape[0]).toBe(200);
  expect(fed.model.graph.initializers.some(({ name }) => name === fed.table)).toBe(false);
  const added = fed.model.graph.inputs.slice(model.graph.inputs.length);
  expect(added.map(({ name }) => name)).toEqual([fed.rowIdsInput, fed.table]);
  expect(added[1]?.shape).toEqual(['rows', table.shape[1]]);
  const feeds = createFeeds(table, present(golden.inputs['input_ids']), fed);
  const outputs = await runModel(fed.model, { ...golden.inputs, ...feeds });
  expect(largestDifference(present(outputs['last_hidden_state']), golden)).toBeLessThan(1e-5);
}

describe('feedWordRows', () => {
  it.each(supportedModelTypes)('feeds %s the rows in use and leaves its positions alone', async (name) => {
    await expectSameStates((await buildEncoderModel(goldenPath(name))).model, name);
  });

  it.each(
    ['bert', 'xlm-roberta'].flatMap((name) =>
      ['torchscript-opset14', 'dynamo-opset18', 'optimum'].map((file) => [name, file] as const),
    ),
  )('feeds the foreign graph %s/onnx-%s', async (name, file) => {
    const bytes = await readFile(goldenPath(`${name}/onnx-${file}.onnx`));
    await expectSameStates(decodeModel(new Uint8Array(bytes)), name);
  });

  const table: Tensor = { dataType: 'float32', shape: [4, 2], data: Float32Array.of(0, 1, 10, 11, 20, 21, 30, 31) };
  const shape = ['batch', 'sequence'];

  it('follows ids through casts and reshapes', async () => {
    const builder = createGraphBuilder({ name: 'flat' });
    const ids = builder.input('input_ids', { dataType: 'int64', shape });
    const cast = builder.operation('Cast', [ids], { to: intAttribute(6) });
    const flat = builder.operation('Reshape', [cast, builder.integers([-1])]);
    const states = builder.operation('Gather', [builder.initializer('words', table), flat]);
    builder.output('states', states, { dataType: 'float32', shape: ['tokens', 2] });
    const fed = present(feedWordRows(builder.build()));
    const input: Tensor = { dataType: 'int32', shape: [2, 2], data: Int32Array.of(3, 1, 1, 3) };
    const { states: values } = await runModel(fed.model, { input_ids: input, ...createFeeds(table, input, fed) });
    expect(present(values)).toMatchObject({ shape: [4, 2], data: Float32Array.of(30, 31, 10, 11, 10, 11, 30, 31) });
  });

  it('leaves a graph alone whose table has another use, or that has none', () => {
    const builder = createGraphBuilder({ name: 'tied' });
    const ids = builder.input('input_ids', { dataType: 'int64', shape });
    const words = builder.initializer('words', table);
    const states = builder.operation('Gather', [words, ids]);
    const turned = builder.operation('Transpose', [words]);
    builder.output('scores', builder.operation('MatMul', [states, turned]), { dataType: 'float32', shape: undefined });
    expect(feedWordRows(builder.build())).toBeUndefined();
    const other = createGraphBuilder({ name: 'other' });
    other.output('copy', other.input('input_ids', { dataType: 'int64', shape }), { dataType: 'int64', shape });
    expect(feedWordRows(other.build())).toBeUndefined();
  });
});
