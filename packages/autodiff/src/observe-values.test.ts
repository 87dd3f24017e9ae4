import { createGraphBuilder, intAttribute, type OnnxModel } from '@polyhead/onnx';
import type { Tensor } from '@polyhead/types';
import { describe, expect, it } from 'vitest';

import { observeValues } from './observe-values.ts';

function createModel(): OnnxModel {
  const builder = createGraphBuilder({ name: 'observed' });
  builder.input('x', { dataType: 'float32', shape: [undefined, 3] });
  const rows = builder.operation('Gather', [builder.operation('Shape', ['x']), builder.integer(0)], {
    axis: intAttribute(0),
  });
  const isPositive = builder.operation('Greater', ['x', builder.scalar(0)]);
  const columns = builder.operation('Slice', [
    builder.operation('Shape', ['x']),
    builder.integers([1]),
    builder.integers([2]),
  ]);
  const repeated = builder.operation('Expand', [builder.operation('Cast', [rows], { to: intAttribute(1) }), columns]);
  const chosen = builder.operation('Where', [isPositive, 'x', repeated]);
  builder.output('y', chosen, { dataType: 'float32', shape: [undefined, 3] });
  return builder.build();
}

function matrix(rows: number): Tensor {
  return { dataType: 'float32', shape: [rows, 3], data: new Float32Array(3 * rows).fill(1) };
}

describe('observeValues', () => {
  it('notes types and shapes of inputs, constants and all results', async () => {
    const model = createModel();
    const values = await observeValues(model, [{ x: matrix(2) }, { x: matrix(5) }]);
    const expected = ['x', ...model.graph.initializers, ...model.graph.nodes.flatMap((node) => node.outputs)].map(
      (item) => (typeof item === 'string' ? item : item.name),
    );
    expect([...values.keys()].sort()).toEqual(expected.sort());
    const shapes = [
      [2, 3],
      [5, 3],
    ];
    expect(values.get('x')).toEqual({ dataType: 'float32', shapes });
    expect(values.get('y')).toEqual({ dataType: 'float32', shapes });
    expect(values.get('Greater.out')).toEqual({ dataType: 'bool', shapes });
    expect(values.get('float(0)')).toEqual({ dataType: 'float32', shapes: [[], []] });
  });

  it('remembers small integers that were the same at all probes', async () => {
    const values = await observeValues(createModel(), [{ x: matrix(2) }, { x: matrix(5) }]);
    expect(values.get('Slice.out')).toEqual({ dataType: 'int64', shapes: [[1], [1]], integers: [3] });
    expect(values.get('Gather.out')).toEqual({ dataType: 'int64', shapes: [[], []] });
  });

  it('refuses to observe nothing', async () => {
    await expect(observeValues(createModel(), [])).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  it('passes on what the runtime says about feeds that do not fit', async () => {
    const x: Tensor = { dataType: 'float32', shape: [3], data: new Float32Array(3) };
    await expect(observeValues(createModel(), [{ x }])).rejects.toMatchObject({ code: 'SHAPE_MISMATCH' });
  });
});
