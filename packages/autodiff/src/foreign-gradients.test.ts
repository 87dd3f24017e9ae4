import { readModel, readSafetensors, toFloat32, type OnnxModel } from '@polyhead/onnx';
import type { Tensor } from '@polyhead/types';
import { describe, expect, it } from 'vitest';

import { differentiate, gradientName } from './differentiate.ts';
import { observeValues } from './observe-values.ts';
import { floats, present, runOnce, runSplit } from './testing/finite-differences.ts';
import { createProbes, differenceOfHalves, goldenPath, readGradientGolden, relativeError } from './testing/golden.ts';

const files = ['bert', 'xlm-roberta'].flatMap((name) =>
  ['torchscript-opset14', 'dynamo-opset18', 'optimum'].map((exporter) => [name, exporter] as const),
);

describe('gradients of exported encoders', () => {
  it.each(files)('equal those of PyTorch for %s by %s', async (name, exporter) => {
    const golden = await readGradientGolden(name);
    const model = await readModel(goldenPath(`${name}/onnx-${exporter}.onnx`));
    const parameters = await findParameters(model, name);
    const values = await observeValues(model, createProbes(model));
    const gradients = differentiate(model, {
      outputs: ['last_hidden_state'],
      targets: [...parameters.keys()],
      values,
    });
    const feeds = { ...golden.inputs, [gradientName('last_hidden_state')]: present(golden.expected.get('G')) };
    const results = await runOnce(gradients.model, feeds);
    const split = await runSplit(gradients, feeds);
    const compared = [...parameters].map(([initializer, { parameter, isTurned }]) => {
      const reference = present(golden.gradients.get(parameter));
      const result = results[gradientName(initializer)];
      const isZero = golden.zeros.includes(parameter);
      const error = isZero
        ? Math.max(...floats(result).map(Math.abs))
        : relativeError(result, isTurned ? turn(reference) : reference);
      return { parameter, error, apart: differenceOfHalves(result, split[gradientName(initializer)], isZero) };
    });
    expect(compared.map(({ parameter }) => parameter).sort()).toEqual([...golden.gradients.keys()].sort());
    expect(compared.filter(({ error }) => !(error < 1e-4))).toEqual([]);
    expect(compared.filter(({ apart }) => !(apart < 1e-5))).toEqual([]);
  });
});

/** Which parameter of the checkpoint each initializer is, by its values. */
async function findParameters(
  model: OnnxModel,
  name: string,
): Promise<ReadonlyMap<string, { readonly parameter: string; readonly isTurned: boolean }>> {
  const { tensors } = await readSafetensors(goldenPath(`${name}/model.safetensors`));
  const { gradients } = await readGradientGolden(name);
  const known = new Map<string, { readonly parameter: string; readonly isTurned: boolean }>();
  for (const [parameter, tensor] of tensors) {
    if (!gradients.has(parameter)) continue;
    const float: Tensor = { dataType: 'float32', shape: tensor.shape, data: toFloat32(tensor) };
    if (tensor.shape.length === 2) known.set(fingerprint(turn(float)), { parameter, isTurned: true });
    known.set(fingerprint(float), { parameter, isTurned: false });
  }
  return new Map(
    model.graph.initializers.flatMap((initializer) => {
      const found = known.get(fingerprint(initializer.tensor));
      return found === undefined ? [] : [[initializer.name, found] as const];
    }),
  );
}

function fingerprint({ shape, data }: Tensor): string {
  return `${shape.join()}:${data.join()}`;
}

function turn(tensor: Tensor): Tensor {
  const [rows = 0, columns = 0] = tensor.shape;
  const values = toFloat32(tensor);
  const data = values.map((_, index) => values[(index % rows) * columns + Math.floor(index / rows)] ?? NaN);
  return { dataType: 'float32', shape: [columns, rows], data };
}
