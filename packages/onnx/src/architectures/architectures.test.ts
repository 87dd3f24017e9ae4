import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Tensor } from '@polyhead/types';
import { describe, expect, it } from 'vitest';

import { toFloat32 } from '../tensor/to-float32.ts';
import { goldenPath, largestDifference, present, readArchitectureGolden } from '../testing/golden.ts';
import { runModel } from '../testing/run-model.ts';
import { buildEncoderModel } from './build-encoder-model.ts';
import { supportedModelTypes } from './start-graph.ts';

const plain = ['input_ids', 'attention_mask'];
const architectures: readonly (readonly [string, readonly string[]])[] = [
  ['bert', [...plain, 'token_type_ids']],
  ['roberta', plain],
  ['xlm-roberta', plain],
  ['camembert', plain],
  ['distilbert', plain],
  ['mpnet', plain],
  ['electra', [...plain, 'token_type_ids']],
  ['albert', [...plain, 'token_type_ids']],
  ['deberta-v2', plain],
  ['modernbert', plain],
];

/** The first `length` columns of one row of `[rows, columns, ...]`. */
function cut(tensor: Tensor, row: number, length: number): Tensor {
  const [rows = 0, columns = 0] = tensor.shape;
  const width = tensor.data.length / rows / columns;
  const start = row * columns * width;
  const data = toFloat32(tensor).slice(start, start + length * width);
  return { dataType: 'int32', shape: [1, length], data: Int32Array.from(data) };
}

describe('buildEncoderModel', () => {
  it('is tested for every supported model type', () => {
    expect([...supportedModelTypes].sort()).toEqual(architectures.map(([name]) => name).sort());
  });

  it.each(architectures)('reproduces the states of %s', async (name, inputs) => {
    const golden = await readArchitectureGolden(name);
    const { model, configuration } = await buildEncoderModel(golden.directory);
    expect(model.graph.inputs.map((input) => input.name)).toEqual(inputs);
    expect(configuration).toMatchObject({ modelType: name, hiddenSize: 32, maximumPositions: 64 });
    const outputs = await runModel(model, golden.inputs);
    expect(largestDifference(present(outputs['last_hidden_state']), golden)).toBeLessThan(1e-5);
  });

  it.each(architectures)('gives the states of %s for texts alone and without padding', async (name) => {
    const golden = await readArchitectureGolden(name);
    const { model } = await buildEncoderModel(golden.directory);
    const expected = toFloat32(golden.lastHiddenState);
    for (const [row, length] of [40, 25, 7].entries()) {
      const inputs = Object.fromEntries(
        Object.entries(golden.inputs).map(([key, value]) => [key, cut(value, row, length)]),
      );
      const { last_hidden_state: states } = await runModel(model, inputs);
      const values = toFloat32(present(states));
      expect(values.length).toBe(length * 32);
      const start = row * 40 * 32;
      const differences = values.map((value, index) => Math.abs(value - (expected[start + index] ?? NaN)));
      expect(Math.max(...differences)).toBeLessThan(1e-5);
    }
  });

  it('reads the configuration that older libraries wrote for ModernBERT', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'polyhead-modernbert-'));
    try {
      await copyFile(goldenPath('modernbert/config.transformers4.json'), join(directory, 'config.json'));
      await copyFile(goldenPath('modernbert/model.safetensors'), join(directory, 'model.safetensors'));
      const golden = await readArchitectureGolden('modernbert');
      const outputs = await runModel((await buildEncoderModel(directory)).model, golden.inputs);
      expect(largestDifference(present(outputs['last_hidden_state']), golden)).toBeLessThan(1e-5);
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});
