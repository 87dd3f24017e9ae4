import { copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildEncoderModel, readLowRankAdapters, writeLowRankAdapters, writeModel } from '@polyhead/onnx';
import type { Tensor } from '@polyhead/types';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyEncoderFiles, loadEncoder, loadTrainableEncoder, type LoadEncoderOptions } from '../index.ts';
import { writeJson, writeTinyModel } from '../testing/tiny-model.ts';

let root: string;
const at = (...names: string[]): string => join(root, ...names);
const texts = ['one', 'a somewhat longer text', '', 'three words here'];

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'polyhead-merged-'));
  await writeTinyModel(at('tiny'));
  await writeJson(at('tiny'), '1_Pooling/config.json', { word_embedding_dimension: 16, pooling_mode_cls_token: true });
  await writeJson(at('tiny'), 'modules.json', [
    { idx: 0, name: '0', path: '', type: 'sentence_transformers.models.Transformer' },
    { idx: 1, name: '1', path: '1_Pooling', type: 'sentence_transformers.models.Pooling' },
  ]);
  await trainAdapters('tiny');
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** A few steps with adapters; leaves `NAME-merged` and `NAME-adapters`. */
async function trainAdapters(name: string, useOnnxFile = false): Promise<void> {
  const settings = { threads: 1, memoryBudget: 2 ** 30, cacheDirectory: at('cache'), useOnnxFile };
  const encoder = await loadTrainableEncoder(at(name), { ...settings, lora: { rank: 2, alpha: 4 } });
  const encodings = await encoder.tokenize(texts);
  for (let step = 0; step < 5; step++) {
    const pass = await encoder.forward(encodings, { dropoutSeed: step });
    await pass.backward(pass.embeddings.data.map((value) => value - 1));
    await encoder.sumGradients();
    await encoder.update({ learningRate: 0.05, gradientScale: 1 });
  }
  await encoder.saveEncoder(at(`${name}-merged`));
  await encoder.saveAdapters(at(`${name}-adapters`));
  await encoder.release();
}

async function encode(reference: string, options: LoadEncoderOptions = {}): Promise<Float32Array> {
  const encoder = await loadEncoder(reference, { cacheDirectory: at('cache'), threads: 1, ...options });
  const { data } = await encoder.encode(texts);
  await encoder.release();
  return data;
}

async function digestOf(reference: string, options: LoadEncoderOptions = {}): Promise<string> {
  const encoder = await loadEncoder(reference, { cacheDirectory: at('cache'), threads: 1, ...options });
  await encoder.release();
  return encoder.description.digest;
}

describe('an encoder loaded with adapters', () => {
  it('is the encoder that was saved merged, to the digest', async () => {
    const adapters = at('tiny-adapters');
    const merged = await encode(at('tiny-merged'));
    expect(await encode(at('tiny'), { adapters })).toEqual(merged);
    expect(merged).not.toEqual(await encode(at('tiny')));
    expect(await digestOf(at('tiny'), { adapters })).toBe(await digestOf(at('tiny-merged')));
    // Merged once, with nothing left of the writing.
    expect((await readdir(at('cache', 'merged'))).filter((name) => !name.endsWith('.lock'))).toHaveLength(1);
  });

  it('takes options as any other, and is copied and trained merged', async () => {
    const encoder = await loadEncoder(at('tiny'), {
      ...{ adapters: at('tiny-adapters'), normalize: true, cacheDirectory: at('cache'), threads: 1 },
    });
    expect(encoder.description).toMatchObject({ pooling: 'cls', normalized: true });
    await copyEncoderFiles(encoder, at('copied'));
    await encoder.release();
    expect(await digestOf(at('copied'))).toBe(encoder.description.digest);
    expect(await encode(encoder.description.reference)).toEqual(await encode(at('tiny-merged')));
    const trainable = await loadTrainableEncoder(at('tiny'), {
      ...{ adapters: at('tiny-adapters'), cacheDirectory: at('cache'), threads: 1, memoryBudget: 2 ** 30 },
    });
    await trainable.saveEncoder(at('trained'));
    await trainable.release();
    expect(await digestOf(at('trained'))).toBe(await digestOf(at('tiny-merged')));
  });

  it("works for a folder's own ONNX file", async () => {
    await writeTinyModel(at('graph'));
    await mkdir(at('graph', 'onnx'));
    await writeModel((await buildEncoderModel(at('graph'))).model, at('graph', 'onnx', 'model.onnx'));
    await trainAdapters('graph', true);
    const merged = await encode(at('graph-merged'), { useOnnxFile: true });
    expect(await encode(at('graph'), { useOnnxFile: true, adapters: at('graph-adapters') })).toEqual(merged);
  });

  it('refuses adapters that are not its own', async () => {
    const adapters = at('tiny-adapters');
    const load = (options: LoadEncoderOptions, name = 'tiny'): Promise<unknown> => encode(at(name), options);
    await writeTinyModel(at('other'), 2);
    await expect(load({ adapters }, 'other')).rejects.toMatchObject({ code: 'MODEL_ENCODER_MISMATCH' });
    await expect(load({ adapters: at('nowhere') })).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    // As the PEFT library writes them, adapters do not say which files they belong to: then shapes and names tell.
    const stored = { ...(await readLowRankAdapters(adapters)), baseDigest: undefined };
    const narrow = new Map(
      [...stored.tensors].map(([name, tensor]): [string, Tensor] => [
        name,
        name.includes('lora_A') ? { dataType: 'float32', shape: [2, 8], data: new Float32Array(16) } : tensor,
      ]),
    );
    await writeLowRankAdapters(at('narrow'), { ...stored, tensors: narrow });
    await expect(load({ adapters: at('narrow') })).rejects.toMatchObject({ code: 'TENSOR_SHAPE_MISMATCH' });
    const deeper = new Map([...stored.tensors].map(([name, tensor]) => [name.replace('layer.0', 'layer.7'), tensor]));
    await writeLowRankAdapters(at('deeper'), { ...stored, tensors: deeper });
    await expect(load({ adapters: at('deeper') })).rejects.toMatchObject({ code: 'TENSOR_MISSING' });
    await mkdir(at('strange'));
    await copyFile(join(adapters, 'adapter_model.safetensors'), at('strange', 'adapter_model.safetensors'));
    await writeFile(at('strange', 'adapter_config.json'), '{"peft_type":"IA3"}');
    await expect(load({ adapters: at('strange') })).rejects.toMatchObject({ code: 'INVALID_CONFIGURATION' });
  });
});
