import { describe, expect, it } from 'vitest';

import { runModel } from '../testing/run-model.ts';
import { createGraphBuilder, extendModel } from './graph-builder.ts';

const vector = { dataType: 'float32', shape: ['n'] } as const;
const x = { dataType: 'float32', shape: [2], data: Float32Array.of(1, -2) } as const;

describe('createGraphBuilder', () => {
  it('makes a graph that runs', async () => {
    const builder = createGraphBuilder({ name: 'affine' });
    const input = builder.input('x', vector);
    const weight = builder.initializer('w', { dataType: 'float32', shape: [1], data: Float32Array.of(3) });
    builder.output(
      'y',
      builder.operation('Add', [builder.operation('Mul', [input, weight]), builder.scalar(0.5)]),
      vector,
    );
    const { y } = await runModel(builder.build(), { x });
    expect(y?.data).toEqual(Float32Array.of(3.5, -5.5));
  });

  it('makes up names that are never equal and tell where a node belongs', () => {
    const builder = createGraphBuilder({ name: 'names' });
    const input = builder.input('x', vector);
    const names = [
      builder.operation('Relu', [input]),
      builder.operation('Relu', [input]),
      builder.within('layer.0', () => builder.operation('Relu', [input])),
      ...builder.node('Split', [input], { outputs: 2 }),
      ...builder.node('Relu', [input], { outputs: ['mine'] }),
    ];
    expect(names).toEqual(['Relu.out', 'Relu_1.out', 'layer.0/Relu.out', 'Split.out0', 'Split.out1', 'mine']);
  });

  it('shares equal constants and refuses one name for two tensors', () => {
    const builder = createGraphBuilder({ name: 'constants' });
    expect(builder.scalar(1)).toBe(builder.scalar(1));
    expect(builder.integers([1, 2])).toBe(builder.integers([1, 2]));
    expect(builder.integer(1)).not.toBe(builder.integers([1]));
    expect(builder.build().graph.initializers).toHaveLength(4);
    const tensor = { dataType: 'float32', shape: [], data: Float32Array.of(1) } as const;
    expect(builder.initializer('w', tensor)).toBe(builder.initializer('w', tensor));
    expect(() => builder.initializer('w', { ...tensor })).toThrow(expect.objectContaining({ code: 'GRAPH_INVALID' }));
  });

  it('refuses a graph that uses a value before it is made', () => {
    const builder = createGraphBuilder({ name: 'broken' });
    builder.operation('Relu', ['nothing']);
    expect(() => builder.build()).toThrow(expect.objectContaining({ code: 'GRAPH_INVALID' }));
  });
});

describe('extendModel', () => {
  it('continues a graph without using its names again', async () => {
    const builder = createGraphBuilder({ name: 'first' });
    builder.output('y', builder.operation('Neg', [builder.input('x', vector)]), vector);
    const more = extendModel(builder.build());
    more.output('z', more.operation('Neg', ['y']), vector);
    const { z, y } = await runModel(more.build(), { x });
    expect(z?.data).toEqual(x.data);
    expect(y).toBeUndefined();
  });
});
