import { createRandomGenerator } from '@polyhead/numerics';
import { createGraphBuilder, intAttribute, type GraphBuilder, type OnnxModel } from '@polyhead/onnx';
import type { Tensor } from '@polyhead/types';
import { describe, expect, it } from 'vitest';

import { foldScales as foldObserved } from './fold-scales.ts';
import { observeValues } from './observe-values.ts';
import { largestDifference, runOnce } from './testing/finite-differences.ts';

const random = createRandomGenerator(3);

function matrix(rows: number, columns: number): Tensor {
  const data = Float32Array.from({ length: rows * columns }, () => random.next() - 0.5);
  return { dataType: 'float32', shape: [rows, columns], data };
}

const weight = matrix(3, 3);
const bias: Tensor = { dataType: 'float32', shape: [3], data: Float32Array.of(1, 2, 3) };

/** A graph from x to y, where `linear` is x * weight^T + bias. */
function build(write: (builder: GraphBuilder, linear: (input: string) => string) => string): OnnxModel {
  const builder = createGraphBuilder({ name: 'scales' });
  builder.input('x', { dataType: 'float32', shape: [undefined, 3] });
  const linear = (input: string): string =>
    builder.operation('Gemm', [input, builder.initializer('w', weight), builder.initializer('b', bias)], {
      transB: intAttribute(1),
    });
  builder.output('y', write(builder, linear), { dataType: 'float32', shape: [undefined, 3] });
  return builder.build();
}

async function expectSameResults(model: OnnxModel, folded: OnnxModel): Promise<void> {
  const x = matrix(4, 3);
  const [before, after] = [await runOnce(model, { x }), await runOnce(folded, { x })];
  expect(largestDifference(before['y'], after['y'])).toBeLessThan(1e-6);
}

async function foldScales(model: OnnxModel): Promise<OnnxModel> {
  const values = await observeValues(model, [{ x: matrix(2, 3) }, { x: matrix(5, 3) }]);
  return foldObserved({ model, values }, new Set()).model;
}

function operators({ graph }: OnnxModel): string[] {
  return graph.nodes.map(({ opType }) => opType);
}

describe('foldScales', () => {
  it('moves a factor into the Gemm before it, and into its addend', async () => {
    const model = build((builder, linear) =>
      builder.operation('Tanh', [builder.operation('Mul', [linear('x'), builder.scalar(0.3)])]),
    );
    const folded = await foldScales(model);
    expect(operators(folded)).toEqual(['Constant', 'Mul', 'Gemm', 'Tanh', 'Identity']);
    await expectSameResults(model, folded);
  });

  it('moves a factor into all Gemms behind it', async () => {
    const model = build((builder, linear) => {
      const scaled = builder.operation('Mul', [builder.scalar(0.3), builder.operation('Tanh', ['x'])]);
      return builder.operation('Add', [linear(scaled), linear(scaled)]);
    });
    const folded = await foldScales(model);
    expect(operators(folded)).toEqual(['Tanh', 'Gemm', 'Gemm', 'Add', 'Identity']);
    await expectSameResults(model, folded);
  });

  it('moves the factors on both sides of an operation', async () => {
    const model = build((builder, linear) => {
      const before = builder.operation('Mul', [linear('x'), builder.scalar(0.3)]);
      return linear(builder.operation('Mul', [builder.operation('Tanh', [before]), builder.scalar(0.5)]));
    });
    const folded = await foldScales(model);
    expect(operators(folded)).toEqual(['Constant', 'Mul', 'Gemm', 'Tanh', 'Gemm', 'Identity']);
    await expectSameResults(model, folded);
  });

  it('moves one factor after the other into the same Gemm', async () => {
    const model = build((builder, linear) => {
      const once = builder.operation('Mul', [linear('x'), builder.scalar(0.3)]);
      return builder.operation('Tanh', [builder.operation('Mul', [once, builder.scalar(0.5)])]);
    });
    const folded = await foldScales(model);
    expect(operators(folded)).toEqual(['Constant', 'Mul', 'Constant', 'Mul', 'Gemm', 'Tanh', 'Identity']);
    await expectSameResults(model, folded);
  });

  it('leaves factors alone whose operands have other uses', async () => {
    const model = build((builder, linear) => {
      const product = linear('x');
      const scaled = builder.operation('Mul', [product, builder.scalar(0.3)]);
      return builder.operation('Add', [builder.operation('Add', [product, scaled]), linear(scaled)]);
    });
    expect((await foldScales(model)).graph.nodes).toEqual(model.graph.nodes);
  });

  it('leaves products of two values alone', async () => {
    const model = build((builder, linear) => builder.operation('Mul', [linear('x'), 'x']));
    expect((await foldScales(model)).graph.nodes).toEqual(model.graph.nodes);
  });
});
