import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { JsonObject, Tensor } from '@polyhead/types';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { buildEncoderModel } from '../architectures/build-encoder-model.ts';
import { readSafetensors } from '../safetensors/read.ts';
import { writeSafetensors } from '../safetensors/write.ts';
import { float32ToBfloat16, float32ToFloat16 } from '../tensor/half-precision.ts';
import { toFloat32 } from '../tensor/to-float32.ts';
import { goldenPath, largestDifference, present, readArchitectureGolden } from '../testing/golden.ts';
import { runModel } from '../testing/run-model.ts';

type Tensors = Record<string, Tensor>;

let scratch: string;
let config: JsonObject;
let original: Tensors;
let counter = 0;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'polyhead-checkpoint-'));
  config = JSON.parse(await readFile(goldenPath('bert/config.json'), 'utf8')) as JsonObject;
  original = Object.fromEntries((await readSafetensors(goldenPath('bert/model.safetensors'))).tensors);
});
afterAll(async () => {
  await rm(scratch, { recursive: true });
});

async function makeFolder(parts: {
  readonly config?: JsonObject;
  readonly files?: Record<string, Tensors>;
  readonly index?: JsonObject;
}): Promise<string> {
  const directory = join(scratch, String(counter++));
  await mkdir(directory);
  await writeFile(join(directory, 'config.json'), JSON.stringify({ ...config, ...parts.config }));
  for (const [name, tensors] of Object.entries(parts.files ?? { 'model.safetensors': original })) {
    await writeSafetensors(join(directory, name), tensors);
  }
  if (parts.index !== undefined) {
    await writeFile(join(directory, 'model.safetensors.index.json'), JSON.stringify(parts.index));
  }
  return directory;
}

async function errorOfGolden(directory: string): Promise<number> {
  const golden = await readArchitectureGolden('bert');
  const { model } = await buildEncoderModel(directory);
  const outputs = await runModel(model, golden.inputs);
  return largestDifference(present(outputs['last_hidden_state']), golden);
}

function mapTensors(change: (name: string, tensor: Tensor) => [string, Tensor]): Tensors {
  return Object.fromEntries(Object.entries(original).map(([name, tensor]) => change(name, tensor)));
}

describe('buildEncoderModel finds the encoder', () => {
  it('in shards', async () => {
    const names = Object.keys(original);
    const shard = (part: number): Tensors =>
      Object.fromEntries(names.filter((_, index) => index % 2 === part).map((name) => [name, present(original[name])]));
    const weightMap = Object.fromEntries(names.map((name, index) => [name, `model-${index % 2}.safetensors`]));
    const files = { 'model-0.safetensors': shard(0), 'model-1.safetensors': shard(1) };
    expect(await errorOfGolden(await makeFolder({ files, index: { weight_map: weightMap } }))).toBeLessThan(1e-5);
  });

  it.each(['bert.', '0.model.', 'model.'])('behind the prefix "%s", beside other tensors', async (prefix) => {
    const tensors = mapTensors((name, tensor) => [prefix + name, tensor]);
    const files = { 'model.safetensors': { ...tensors, 'classifier.bias': present(original['pooler.dense.bias']) } };
    const directory = await makeFolder({ files });
    expect(await errorOfGolden(directory)).toBeLessThan(1e-5);
    const { model } = await buildEncoderModel(directory);
    expect(model.graph.initializers.map(({ name }) => name)).toContain('encoder.layer.0.output.dense.weight');
  });

  it('with gamma and beta, as old checkpoints call the parameters of norms', async () => {
    const rename = (name: string): string =>
      name.replace('LayerNorm.weight', 'LayerNorm.gamma').replace('LayerNorm.bias', 'LayerNorm.beta');
    const files = { 'model.safetensors': mapTensors((name, tensor) => [rename(name), tensor]) };
    expect(await errorOfGolden(await makeFolder({ files }))).toBeLessThan(1e-5);
  });

  it.each([
    ['float16', float32ToFloat16, 5e-3],
    ['bfloat16', float32ToBfloat16, 5e-2],
  ] as const)('in %s, and widens it to float32', async (dataType, narrow, tolerance) => {
    const files = {
      'model.safetensors': mapTensors((name, tensor) => [
        name,
        { dataType, shape: tensor.shape, data: narrow(toFloat32(tensor)) },
      ]),
    };
    const directory = await makeFolder({ files });
    const { model } = await buildEncoderModel(directory);
    expect(new Set(model.graph.initializers.map(({ tensor }) => tensor.dataType))).toEqual(
      new Set(['float32', 'int64']),
    );
    const error = await errorOfGolden(directory);
    expect(error).toBeLessThan(tolerance);
    expect(error).toBeGreaterThan(1e-5);
  });
});

describe('buildEncoderModel refuses', () => {
  const name = 'encoder.layer.1.output.dense.weight';

  it('a checkpoint without a tensor, and names it', async () => {
    const { [name]: left, ...rest } = original;
    expect(left).toBeDefined();
    const directory = await makeFolder({ files: { 'model.safetensors': rest } });
    await expect(buildEncoderModel(directory)).rejects.toMatchObject({
      code: 'TENSOR_MISSING',
      message: expect.stringContaining(`"${name}" is missing from "${join(directory, 'model.safetensors')}"`) as string,
    });
  });

  it('a tensor of another shape, and names it, both shapes and the file', async () => {
    const directory = await makeFolder({ config: { intermediate_size: 48 } });
    await expect(buildEncoderModel(directory)).rejects.toMatchObject({
      code: 'TENSOR_SHAPE_MISMATCH',
      details: {
        tensor: 'encoder.layer.0.intermediate.dense.weight',
        shape: [64, 32],
        expected: [48, 32],
        file: join(directory, 'model.safetensors'),
      },
    });
  });

  it.each([
    [
      'an unknown architecture',
      { model_type: 'llama' },
      'ARCHITECTURE_UNSUPPORTED',
      /"llama".*supported are bert, roberta.*onnx\/model\.onnx/,
    ],
    ['a configuration without model_type', { model_type: null }, 'ARCHITECTURE_UNSUPPORTED', /""/],
    [
      'an unknown activation',
      { hidden_act: 'quick_gelu' },
      'INVALID_CONFIGURATION',
      /"hidden_act".*"quick_gelu".*one of gelu/,
    ],
    [
      'a head count that does not divide',
      { num_attention_heads: 5 },
      'INVALID_CONFIGURATION',
      /divisor of hidden_size/,
    ],
    ['a size that is a text', { hidden_size: '32' }, 'INVALID_CONFIGURATION', /"hidden_size".*is "32"/],
    ['relative positions', { position_embedding_type: 'relative_key' }, 'INVALID_CONFIGURATION', /"absolute"/],
    ['a decoder', { is_decoder: true }, 'INVALID_CONFIGURATION', /is_decoder/],
  ])('%s', async (_, change, code, message) => {
    const directory = await makeFolder({ config: change });
    await expect(buildEncoderModel(directory)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message) as string,
    });
  });

  it('a folder without config.json, without weights, or with a broken index', async () => {
    await expect(buildEncoderModel(join(scratch, 'none'))).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    await expect(buildEncoderModel(await makeFolder({ files: {} }))).rejects.toMatchObject({
      code: 'FILE_NOT_FOUND',
      message: expect.stringContaining('neither model.safetensors nor') as string,
    });
    for (const index of [{}, { weight_map: { a: '../other.safetensors' } }, { weight_map: { a: 1 } }]) {
      await expect(buildEncoderModel(await makeFolder({ files: {}, index }))).rejects.toMatchObject({
        code: 'INVALID_CONFIGURATION',
      });
    }
  });

  it('a DeBERTa variant that is built differently', async () => {
    const deberta = JSON.parse(await readFile(goldenPath('deberta-v2/config.json'), 'utf8')) as JsonObject;
    const tensors = Object.fromEntries((await readSafetensors(goldenPath('deberta-v2/model.safetensors'))).tensors);
    const directory = await makeFolder({
      config: { ...deberta, conv_kernel_size: 3 },
      files: { 'model.safetensors': tensors },
    });
    await expect(buildEncoderModel(directory)).rejects.toMatchObject({ code: 'INVALID_CONFIGURATION' });
  });
});
