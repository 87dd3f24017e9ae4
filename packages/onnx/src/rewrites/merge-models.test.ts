import { describe, expect, it } from 'vitest';

import { createGraphBuilder } from '../builder/graph-builder.ts';
import { runModel } from '../testing/run-model.ts';
import type { OnnxModel } from '../model/onnx-model.ts';
import { mergeModels } from './merge-models.ts';

/** x + amount, with a constant whose name both graphs use. */
function adder(options: { input: string; output: string; amount: number; opset?: number }): OnnxModel {
  const builder = createGraphBuilder({ name: 'adder', opset: options.opset ?? 17 });
  const input = builder.input(options.input, { dataType: 'float32', shape: ['batch'] });
  const amount = builder.initializer('amount', {
    dataType: 'float32',
    shape: [1],
    data: Float32Array.of(options.amount),
  });
  builder.output(options.output, builder.operation('Add', [input, amount]), { dataType: 'float32', shape: ['batch'] });
  return builder.build();
}

const x = { dataType: 'float32', shape: [1], data: Float32Array.of(1) } as const;

describe('mergeModels', () => {
  it('joins an output of the first graph to an input of the second, whose names stay apart', async () => {
    const first = adder({ input: 'x', output: 'y', amount: 10 });
    const second = adder({ input: 'in', output: 'z', amount: 100 });
    const merged = mergeModels(first, second, { connect: { in: 'y' }, prefix: 'second/' });
    expect(merged.graph.inputs.map(({ name }) => name)).toEqual(['x']);
    const outputs = await runModel(merged, { x });
    expect(outputs['y']?.data).toEqual(Float32Array.of(11));
    expect(outputs['z']?.data).toEqual(Float32Array.of(111));
    const short = mergeModels(first, second, { connect: { in: 'y' }, prefix: 'second/', keepOutputs: [] });
    expect(short.graph.outputs.map(({ name }) => name)).toEqual(['z']);
  });

  it('shares inputs of the same name and keeps those that are not connected', async () => {
    const first = adder({ input: 'x', output: 'y', amount: 10 });
    const merged = mergeModels(first, adder({ input: 'x', output: 'z', amount: 100 }), { connect: {}, prefix: 'b/' });
    expect(merged.graph.inputs.map(({ name }) => name)).toEqual(['x']);
    const outputs = await runModel(merged, { x });
    expect(outputs['z']?.data).toEqual(Float32Array.of(101));
  });

  it('refuses unknown names, names that collide, and different operator sets', () => {
    const first = adder({ input: 'x', output: 'y', amount: 10 });
    const second = adder({ input: 'in', output: 'z', amount: 100 });
    const codeOf = (merge: () => unknown): unknown => {
      try {
        return merge();
      } catch (error) {
        return error;
      }
    };
    expect(codeOf(() => mergeModels(first, second, { connect: { out: 'y' }, prefix: 'b/' }))).toMatchObject({
      code: 'GRAPH_INVALID',
    });
    expect(codeOf(() => mergeModels(first, second, { connect: { in: 'nothing' }, prefix: 'b/' }))).toMatchObject({
      code: 'GRAPH_INVALID',
    });
    expect(codeOf(() => mergeModels(first, second, { connect: { in: 'y' }, prefix: '' }))).toMatchObject({
      code: 'GRAPH_INVALID',
    });
    const newer = adder({ input: 'in', output: 'z', amount: 1, opset: 18 });
    expect(codeOf(() => mergeModels(first, newer, { connect: { in: 'y' }, prefix: 'b/' }))).toMatchObject({
      code: 'ONNX_UNSUPPORTED',
    });
  });
});
