import { buildEncoderModel, createGraphBuilder, type OnnxModel } from '@polyhead/onnx';
import type { Tensor } from '@polyhead/types';
import { beforeAll, describe, expect, it } from 'vitest';

import { differentiate, gradientName } from './differentiate.ts';
import { observeValues, type ObservedValues } from './observe-values.ts';
import { splitAtSeam, type SplitGradients } from './split-at-seam.ts';
import { floats, largestDifference, present, runOnce, runSplit } from './testing/finite-differences.ts';
import { createProbes, goldenPath } from './testing/golden.ts';
import { usedValues } from './used-values.ts';

let bert: OnnxModel;
let values: ObservedValues;

beforeAll(async () => {
  ({ model: bert } = await buildEncoderModel(goldenPath('bert')));
  values = await observeValues(bert, createProbes(bert));
});

function splitFor(isTarget: (name: string) => boolean): SplitGradients {
  const targets = bert.graph.initializers.map(({ name }) => name).filter(isTarget);
  return splitAtSeam(differentiate(bert, { outputs: ['last_hidden_state'], targets, values }));
}

const isParameter = (name: string): boolean => /\.(weight|bias)$/u.test(name);

function countOperators({ graph }: OnnxModel, opType: string): number {
  return graph.nodes.filter((node) => node.opType === opType).length;
}

describe('splitAtSeam', () => {
  it('saves each value once, and nothing that is an input or a constant', () => {
    const { forward, backward, saved } = splitFor(isParameter);
    const given = new Set([...bert.graph.inputs, ...bert.graph.initializers].map(({ name }) => name));
    expect(new Set(saved).size).toBe(saved.length);
    expect(saved.filter((name) => given.has(name))).toEqual([]);
    expect(forward.graph.outputs.map(({ name }) => name)).toEqual(['last_hidden_state', ...saved]);
    const taken = backward.graph.inputs.map(({ name }) => name).filter((name) => !given.has(name));
    expect(taken.sort()).toEqual([...saved, 'gradient:last_hidden_state'].sort());
  });

  it('saves what is large once: no views of saved values, no products that one pass makes again', () => {
    const { forward, saved } = splitFor(isParameter);
    const makers = new Map(forward.graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
    const kinds = saved.map((name) => present(makers.get(name)).opType);
    expect(kinds.filter((opType) => ['Reshape', 'Unsqueeze', 'Cast', 'Constant'].includes(opType))).toEqual([]);
    // Of the activation: its argument and 1 + erf; their product is made again.
    expect(saved.filter((name) => /Gelu.*:(product|error)$/u.test(name))).toEqual([]);
  });

  it('declares types and fixed sizes of saved values', () => {
    const targets = bert.graph.initializers.map(({ name }) => name).filter(isParameter);
    const gradients = differentiate(bert, { outputs: ['last_hidden_state'], targets, values });
    const { backward, saved } = splitAtSeam(gradients);
    const declared = new Map(backward.graph.inputs.map((input) => [input.name, input]));
    for (const name of saved) {
      const { dataType, shapes } = present(gradients.values.get(name));
      const shape = shapes[0]?.map((size, axis) => (shapes[1]?.[axis] === size ? size : undefined));
      expect(declared.get(name)).toEqual({ name, dataType, shape });
    }
  });

  it('leaves out of the backward half what lies before the first trained layer', () => {
    const all = splitFor(isParameter);
    const last = splitFor((name) => isParameter(name) && name.startsWith('encoder.layer.1.'));
    expect(last.saved.length).toBeLessThan(all.saved.length);
    expect(countOperators(last.backward, 'Gemm')).toBeLessThan(countOperators(all.backward, 'Gemm') * 0.6);
    const used = new Set(last.backward.graph.nodes.flatMap(usedValues));
    expect([...used].filter((name) => name.startsWith('encoder.layer.0.'))).toEqual([]);
    expect(used.has('embeddings.word_embeddings.weight')).toBe(false);
  });

  it('computes no gradient of a weight when only biases are trained', () => {
    const all = splitFor(isParameter);
    const biases = splitFor((name) => name.endsWith('.bias'));
    // The gradients of the weights are half of the products.
    expect(countOperators(biases.backward, 'Gemm')).toBeLessThanOrEqual(countOperators(all.backward, 'Gemm') / 2);
    expect(biases.saved.length).toBeLessThan(all.saved.length);
  });

  it('lists an output that the backward half needs once', async () => {
    const builder = createGraphBuilder({ name: 'tanh' });
    builder.input('x', { dataType: 'float32', shape: [undefined] });
    const [y = ''] = builder.node('Tanh', ['x'], { outputs: ['y'] });
    builder.output('y', y, { dataType: 'float32', shape: [undefined] });
    const model = builder.build();
    const vector = (...elements: number[]): Tensor => ({
      dataType: 'float32',
      shape: [elements.length],
      data: Float32Array.from(elements),
    });
    const observed = await observeValues(model, [{ x: vector(1, 2) }, { x: vector(1, 2, 3) }]);
    const gradients = differentiate(model, { outputs: ['y'], targets: ['x'], values: observed });
    const { forward, backward, saved } = splitAtSeam(gradients);
    expect(saved).toEqual(['y']);
    expect(forward.graph.outputs.map(({ name }) => name)).toEqual(['y']);
    expect(backward.graph.inputs.map(({ name }) => name).sort()).toEqual(['gradient:y', 'y']);
    const feeds = { x: vector(0.5, -0.5, 0), [gradientName('y')]: vector(1, 2, 3) };
    const whole = await runOnce(gradients.model, feeds);
    const halves = await runSplit(gradients, feeds);
    expect(largestDifference(whole['gradient:x'], halves['gradient:x'])).toBe(0);
    expect(floats(halves['gradient:x'])[2]).toBe(3);
  });
});
