import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { RandomGenerator, Tensor } from '@polyhead/types';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { buildEncoderModel } from '../architectures/build-encoder-model.ts';
import { supportedModelTypes } from '../architectures/start-graph.ts';
import type { OnnxModel } from '../model/onnx-model.ts';
import { listEncoderParameters } from '../parameters/list-encoder-parameters.ts';
import { decodeModel } from '../protobuf/decode-model.ts';
import { readSafetensors } from '../safetensors/read.ts';
import { writeSafetensors } from '../safetensors/write.ts';
import { toFloat32 } from '../tensor/to-float32.ts';
import { goldenPath, present, readArchitectureGolden } from '../testing/golden.ts';
import { runModel } from '../testing/run-model.ts';
import { readLowRankAdapters, writeLowRankAdapters } from './adapter-files.ts';
import { addLowRankAdapters, type AdaptedModel } from './add-low-rank-adapters.ts';
import { mergeLowRankAdapters } from './merge-low-rank-adapters.ts';

const scale = { rank: 4, alpha: 6 };

/** Numbers of a linear congruential generator. Only what the code under test calls is there to be relied on. */
function createRandom(seed: number): RandomGenerator {
  let state = seed >>> 0;
  const next = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  return {
    next,
    integer: (limit) => Math.floor(next() * limit),
    normal: next,
    shuffle: (items) => items,
    fork: (name) => createRandom(Buffer.from(name).reduce((sum, byte) => Math.imul(sum, 31) + byte, seed)),
  };
}

async function adapt(name: string, match?: (name: string) => boolean): Promise<AdaptedModel & { plain: OnnxModel }> {
  const { model: plain } = await buildEncoderModel(goldenPath(name));
  const options = { ...scale, random: createRandom(7), ...(match === undefined ? {} : { match }) };
  return { plain, ...addLowRankAdapters(plain, options) };
}

function tensorsOf(model: OnnxModel): Map<string, Tensor> {
  return new Map(model.graph.initializers.map(({ name, tensor }) => [name, tensor]));
}

function withTensors(model: OnnxModel, tensors: ReadonlyMap<string, Tensor>): OnnxModel {
  const initializers = model.graph.initializers.map(({ name, tensor }) => ({
    name,
    tensor: tensors.get(name) ?? tensor,
  }));
  return { ...model, graph: { ...model.graph, initializers } };
}

/** The matrices of all adapters, B filled as if it had been trained. */
function trainedMatrices({ model, adapters }: AdaptedModel): Map<string, Tensor> {
  const tensors = tensorsOf(model);
  const random = createRandom(99);
  return new Map(
    adapters.flatMap(({ down, up }) => {
      const { shape } = present(tensors.get(up));
      const data = Float32Array.from({ length: (shape[0] ?? 0) * scale.rank }, () => random.next() - 0.5);
      return [
        [down, present(tensors.get(down))],
        [up, { dataType: 'float32', shape, data }],
      ] as const;
    }),
  );
}

async function states(model: OnnxModel, name: string): Promise<Float32Array> {
  const { inputs } = await readArchitectureGolden(name);
  return toFloat32(present((await runModel(model, inputs))['last_hidden_state']));
}

function largestGap(left: Float32Array, right: Float32Array): number {
  expect(left.length).toBe(right.length);
  return left.reduce((largest, value, index) => Math.max(largest, Math.abs(value - (right[index] ?? NaN))), 0);
}

describe('addLowRankAdapters', () => {
  it.each(supportedModelTypes)(
    'changes nothing in %s at first, and merged weights equal trained adapters',
    async (name) => {
      const adapted = await adapt(name);
      const layers = name === 'modernbert' ? 3 : name === 'albert' ? 1 : 2;
      expect(adapted.adapters).toHaveLength(name === 'modernbert' ? layers : 2 * layers);
      const before = await states(adapted.plain, name);
      expect(largestGap(await states(adapted.model, name), before)).toBe(0);

      const matrices = trainedMatrices(adapted);
      const after = await states(withTensors(adapted.model, matrices), name);
      expect(largestGap(after, before)).toBeGreaterThan(0.01);
      const merged = mergeLowRankAdapters(tensorsOf(adapted.plain), matrices, scale);
      expect(largestGap(await states(withTensors(adapted.plain, merged), name), after)).toBeLessThan(1e-5);
    },
  );

  it('names matrices as PEFT does, starts them as PEFT does and lists them as weights of their layer', async () => {
    const { model, adapters } = await adapt('bert');
    const module = 'encoder.layer.0.attention.self.query';
    const [first] = adapters;
    expect(first).toEqual({
      weight: `${module}.weight`,
      down: `${module}.lora_A.weight`,
      up: `${module}.lora_B.weight`,
    });
    const down = present(tensorsOf(model).get(`${module}.lora_A.weight`));
    expect(down.shape).toEqual([4, 32]);
    const values = toFloat32(down);
    const bound = 1 / Math.sqrt(32);
    expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(bound);
    // The variance of a uniform distribution within the bound, to three standard errors of 128 draws.
    const variance = values.reduce((sum, value) => sum + value * value, 0) / values.length;
    expect(Math.abs(variance / (bound ** 2 / 3) - 1)).toBeLessThan(0.25);
    expect(new Set(toFloat32(present(tensorsOf(model).get(`${module}.lora_B.weight`))))).toEqual(new Set([0]));
    const listed = listEncoderParameters(model).filter((item) => item.name.includes('lora_'));
    expect(listed).toHaveLength(8);
    expect(listed.at(-1)).toEqual({
      name: 'encoder.layer.1.attention.self.value.lora_B.weight',
      shape: [32, 4],
      role: 'weight',
      layer: 2,
    });
  });

  it('adapts what the caller matches, equally for equal seeds', async () => {
    const match = (name: string): boolean => name.endsWith('dense.weight');
    const { adapters, model } = await adapt('bert', match);
    expect(adapters).toHaveLength(6);
    const again = await adapt('bert', match);
    for (const { down } of adapters) {
      expect(tensorsOf(again.model).get(down)).toEqual(tensorsOf(model).get(down));
    }
  });

  it('refuses graphs without a matching weight and scales that make no sense', async () => {
    const { plain } = await adapt('bert');
    const foreign = decodeModel(new Uint8Array(await readFile(goldenPath('bert/onnx-optimum.onnx'))));
    const random = createRandom(1);
    for (const [model, options] of [
      [plain, { ...scale, match: (): boolean => false }],
      [plain, { ...scale, match: (name: string): boolean => name.endsWith('word_embeddings.weight') }],
      [foreign, scale],
      [plain, { rank: 0, alpha: 1 }],
      [plain, { rank: 2.5, alpha: 1 }],
      [plain, { rank: 2, alpha: NaN }],
    ] as const) {
      expect(() => addLowRankAdapters(model, { ...options, random })).toThrow(
        expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
      );
    }
  });
});

describe('mergeLowRankAdapters', () => {
  const tensor = (shape: number[], values: number[]): Tensor => ({
    dataType: 'float32',
    shape,
    data: Float32Array.from(values),
  });
  const weights = new Map([
    ['a.weight', tensor([2, 3], [1, 2, 3, 4, 5, 6])],
    ['b.weight', tensor([1], [9])],
  ]);
  const down = tensor([1, 3], [1, 10, 100]);
  const up = tensor([2, 1], [1, -1]);

  it('adds (alpha / rank) B A and leaves other weights alone', () => {
    const adapters = new Map([
      ['a.lora_A.weight', down],
      ['a.lora_B.weight', up],
    ]);
    const merged = mergeLowRankAdapters(weights, adapters, { rank: 1, alpha: 2 });
    expect(merged.get('a.weight')?.data).toEqual(Float32Array.of(3, 22, 203, 2, -15, -194));
    expect(merged.get('b.weight')).toBe(weights.get('b.weight'));
    expect(weights.get('a.weight')?.data).toEqual(Float32Array.of(1, 2, 3, 4, 5, 6));
  });

  it('refuses half adapters, unknown weights and other shapes', () => {
    const merge = (entries: [string, Tensor][]) => (): unknown =>
      mergeLowRankAdapters(weights, new Map(entries), { rank: 1, alpha: 1 });
    expect(merge([['a.lora_A.weight', down]])).toThrow(expect.objectContaining({ code: 'TENSOR_MISSING' }));
    expect(
      merge([
        ['c.lora_A.weight', down],
        ['c.lora_B.weight', up],
      ]),
    ).toThrow(expect.objectContaining({ code: 'TENSOR_MISSING' }));
    expect(
      merge([
        ['a.lora_A.weight', up],
        ['a.lora_B.weight', up],
      ]),
    ).toThrow(expect.objectContaining({ code: 'TENSOR_SHAPE_MISMATCH' }));
  });
});

describe('files of adapters', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'polyhead-adapters-'));
  });
  afterAll(async () => {
    await rm(directory, { recursive: true });
  });

  it('come back as they were, under the names and settings of PEFT', async () => {
    const tensors = trainedMatrices(await adapt('bert'));
    const base = { baseModel: 'all-MiniLM-L6-v2', baseDigest: 'abc' };
    await writeLowRankAdapters(directory, { ...scale, ...base, tensors });
    const stored = await readLowRankAdapters(directory);
    expect(stored).toMatchObject({ ...scale, ...base });
    expect([...stored.tensors.keys()].sort()).toEqual([...tensors.keys()].sort());
    for (const [name, tensor] of tensors) expect(stored.tensors.get(name)?.data, name).toEqual(tensor.data);
    const raw = await readSafetensors(join(directory, 'adapter_model.safetensors'));
    expect(raw.tensors.has('base_model.model.encoder.layer.1.attention.self.value.lora_B.weight')).toBe(true);
    const config: unknown = JSON.parse(await readFile(join(directory, 'adapter_config.json'), 'utf8'));
    expect(config).toMatchObject({
      peft_type: 'LORA',
      r: 4,
      lora_alpha: 6,
      target_modules: ['query', 'value'],
      bias: 'none',
    });
  });

  it.each([
    { peft_type: 'IA3' },
    { bias: 'all' },
    { use_dora: true },
    { use_rslora: true },
    { rank_pattern: { query: 2 } },
    { r: 0 },
    { lora_alpha: -1 },
  ])('refuses %j', async (change) => {
    const plain = {
      peft_type: 'LORA',
      r: 4,
      lora_alpha: 6,
      bias: 'none',
      rank_pattern: {},
      base_model_name_or_path: null,
    };
    await writeSafetensors(join(directory, 'adapter_model.safetensors'), {});
    await writeFile(join(directory, 'adapter_config.json'), JSON.stringify(plain));
    expect(await readLowRankAdapters(directory)).toMatchObject({
      ...{ rank: 4, alpha: 6, baseModel: undefined, baseDigest: undefined },
    });
    await writeFile(join(directory, 'adapter_config.json'), JSON.stringify({ ...plain, ...change }));
    await expect(readLowRankAdapters(directory)).rejects.toMatchObject({ code: 'INVALID_CONFIGURATION' });
  });

  it('refuse tensors that are no adapters', async () => {
    const tensor: Tensor = { dataType: 'float32', shape: [1], data: Float32Array.of(1) };
    const tensors = new Map([['classifier.weight', tensor]]);
    await expect(writeLowRankAdapters(directory, { ...scale, tensors })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
    await writeFile(join(directory, 'adapter_config.json'), JSON.stringify({ peft_type: 'LORA', r: 4, lora_alpha: 6 }));
    await writeSafetensors(join(directory, 'adapter_model.safetensors'), tensors);
    await expect(readLowRankAdapters(directory)).rejects.toMatchObject({ code: 'INVALID_CONFIGURATION' });
  });
});
