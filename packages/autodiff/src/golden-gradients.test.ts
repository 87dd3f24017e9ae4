import { buildClassifierModel, buildEncoderModel, toFloat32, type OnnxModel } from '@polyhead/onnx';
import type { NamedTensors } from '@polyhead/runtime';
import type { Tensor } from '@polyhead/types';
import { describe, expect, it } from 'vitest';

import { differentiate, gradientName, type GradientGraph } from './differentiate.ts';
import { observeValues } from './observe-values.ts';
import { floats, present, runOnce, runSplit } from './testing/finite-differences.ts';
import {
  createProbes,
  differenceOfHalves,
  readGradientGolden,
  relativeError,
  type GradientGolden,
} from './testing/golden.ts';

const encoders = [
  'bert',
  'roberta',
  'xlm-roberta',
  'camembert',
  'distilbert',
  'mpnet',
  'electra',
  'albert',
  'deberta-v2',
  'modernbert',
];
const classifiers = [
  'bert-nli',
  'roberta-nli',
  'xlm-roberta-nli',
  'deberta-v2-nli',
  'distilbert-nli',
  'modernbert-nli',
  'mpnet-first',
  'electra-first',
  'albert-first',
  'modernbert-first',
];

/** Ten times what float32 costs in the library itself, and ten times more; measured here: at most 2e-6. */
const tolerance = 1e-4;

describe('gradients of the architectures', () => {
  it.each(encoders)('equal those of PyTorch for %s', async (name) => {
    const golden = await readGradientGolden(name);
    const { model } = await buildEncoderModel(golden.directory);
    const gradients = await differentiateAll(model, 'last_hidden_state');
    const feeds = { ...golden.inputs, [gradientName('last_hidden_state')]: present(golden.expected.get('G')) };
    await expectGradients(gradients, { golden, feeds, names: new Map() });
  });

  it.each(classifiers)('equal those of PyTorch for %s', async (name) => {
    const golden = await readGradientGolden(name);
    const { model, checkpointNames } = await buildClassifierModel(golden.directory);
    const gradients = await differentiateAll(model, 'logits');
    const feeds = { ...golden.inputs, [gradientName('logits')]: crossEntropyGradient(golden) };
    await expectGradients(gradients, { golden, feeds, names: checkpointNames });
  });
});

async function differentiateAll(model: OnnxModel, output: string): Promise<GradientGraph> {
  const values = await observeValues(model, createProbes(model));
  // Constants such as rotary frequencies have other names than parameters.
  const parameters = model.graph.initializers.filter(({ name }) => /\.(weight|bias)$/u.test(name));
  const targets = parameters.map(({ name }) => name);
  return differentiate(model, { outputs: [output], targets, values });
}

async function expectGradients(
  gradients: GradientGraph,
  expected: {
    readonly golden: GradientGolden;
    readonly feeds: NamedTensors;
    /** Names of parameters in the checkpoint, where they differ. */
    readonly names: ReadonlyMap<string, string>;
  },
): Promise<void> {
  const { golden, feeds, names } = expected;
  const results = await runOnce(gradients.model, feeds);
  const split = await runSplit(gradients, feeds);
  const compared = gradients.targets.map((target) => {
    const name = names.get(target) ?? target;
    const reference = present(golden.gradients.get(name));
    const result = results[gradientName(target)];
    const isZero = golden.zeros.includes(name);
    const error = isZero ? Math.max(...floats(result).map(Math.abs)) : relativeError(result, reference);
    const apart = differenceOfHalves(result, split[gradientName(target)], isZero);
    return { name, error, apart };
  });
  expect(compared.map(({ name }) => name).sort()).toEqual([...golden.gradients.keys()].sort());
  expect(compared.filter(({ error }) => !(error < tolerance))).toEqual([]);
  expect(compared.filter(({ apart }) => !(apart < 1e-5))).toEqual([]);
}

/** Gradient of the mean cross-entropy with respect to the logits: (softmax - truth) / rows. */
function crossEntropyGradient({ expected }: GradientGolden): Tensor {
  const { shape } = present(expected.get('logits'));
  const logits = toFloat32(present(expected.get('logits')));
  const labels = toFloat32(present(expected.get('labels')));
  const [rows = 0, columns = 0] = shape;
  const powers = Float64Array.from(logits, Math.exp);
  const gradient = Float32Array.from({ length: rows * columns }, (_, index) => {
    const row = Math.floor(index / columns);
    const sum = powers.subarray(row * columns, (row + 1) * columns).reduce((total, power) => total + power, 0);
    const truth = labels[row] === index % columns ? 1 : 0;
    return ((powers[index] ?? 0) / sum - truth) / rows;
  });
  return { dataType: 'float32', shape, data: gradient };
}
