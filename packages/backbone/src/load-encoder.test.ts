import { appendFile, cp, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listFiles } from '@polyhead/files';
import { buildEncoderModel, encodeModel } from '@polyhead/onnx';
import { createSession } from '@polyhead/runtime';
import type { Embeddings, JsonObject } from '@polyhead/types';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { digestFile } from './digest/file-digest.ts';
import { createTokenFeeds } from './encoding/token-feeds.ts';
import { findEncoderFiles } from './encoder-files.ts';
import { readEncoderShape } from './graph/encoder-graph.ts';
import { openEncoderSession } from './graph/open-session.ts';
import { copyEncoderFiles, loadEncoder, type LoadEncoderOptions } from './index.ts';
import { tinyDimension, writeJson, writeSentenceTransformersSettings, writeTinyModel } from './testing/tiny-model.ts';

let root: string;
let tiny: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'polyhead-encoder-'));
  tiny = join(root, 'tiny');
  await writeTinyModel(tiny);
});
afterAll(() => rm(root, { recursive: true, force: true }));

const texts = ['one', 'a somewhat longer text', '', 'three words here', 'one'];

async function copyTiny(name: string): Promise<string> {
  const directory = join(root, name);
  await cp(tiny, directory, { recursive: true });
  return directory;
}

async function encodeWith(
  directory: string,
  options: LoadEncoderOptions = {},
): Promise<Embeddings & { digest: string }> {
  const encoder = await loadEncoder(directory, { cacheDirectory: join(root, 'cache'), ...options });
  const embeddings = await encoder.encode(texts);
  await encoder.release();
  return { ...embeddings, digest: encoder.description.digest };
}

describe('loadEncoder', () => {
  it('describes a plain transformers folder as it uses it', async () => {
    const encoder = await loadEncoder(tiny);
    expect(encoder.description).toMatchObject({
      reference: tiny,
      dimension: tinyDimension,
      maximumLength: 64,
      pooling: 'mean',
      normalized: false,
      prompt: '',
      longText: 'truncate',
      graph: 'built',
      digest: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown,
    });
    expect(encoder.directory).toBe(tiny);
    await encoder.release();
    await expect(encoder.encode(['one'])).rejects.toMatchObject({ code: 'SESSION_RELEASED' });
  });

  it('follows settings and options', async () => {
    const directory = await copyTiny('settings');
    await writeSentenceTransformersSettings(directory, { pooling_mode_max_tokens: true });
    await writeJson(directory, 'sentence_bert_config.json', { max_seq_length: 1000 });
    await writeJson(directory, 'config_sentence_transformers.json', {
      prompts: { query: 'query: ' },
      default_prompt_name: 'query',
    });
    const encoder = await loadEncoder(directory, { maximumLength: 32 });
    expect(encoder.description).toMatchObject({
      maximumLength: 32,
      pooling: 'max',
      normalized: true,
      prompt: 'query: ',
    });
    const plain = await loadEncoder(tiny, { pooling: 'max', normalize: true });
    const prompted = await plain.encode(texts.map((text) => `query: ${text}`));
    expect((await encoder.encode(texts)).data).toEqual(prompted.data);
    expect((await encoder.encode(texts, { prompt: '' })).data).toEqual((await plain.encode(texts)).data);
    await Promise.all([encoder.release(), plain.release()]);
  });

  it('takes texts of three tokens, of which one is not special, in one piece or in windows', async () => {
    for (const longText of ['truncate', 'windows'] as const) {
      const { rows, data } = await encodeWith(tiny, { maximumLength: 3, longText });
      expect(rows).toBe(texts.length);
      expect(data.every(Number.isFinite)).toBe(true);
    }
  });

  it('exports the graph that it runs', async () => {
    for (const normalize of [false, true]) {
      const encoder = await loadEncoder(tiny, { normalize });
      const session = await createSession(encodeModel(await encoder.toOnnxModel()));
      const encodings = texts.map((text) => encoder.tokenizer.encode(text));
      const { sentence_embedding: result } = await session.run(
        createTokenFeeds(encodings, { padId: 0, usesTypeIds: true }),
      );
      expect(result?.shape).toEqual([texts.length, tinyDimension]);
      const { data } = await encoder.encode(texts);
      result?.data.forEach((value, index) => {
        expect(value).toBeCloseTo(data[index] ?? Number.NaN, 5);
      });
      await Promise.all([encoder.release(), session.release()]);
    }
  });

  it("uses a folder's own ONNX file when asked, or when there is nothing else", async () => {
    const directory = await copyTiny('onnx-file');
    const expected = await encodeWith(directory);
    await expect(encodeWith(directory, { useOnnxFile: true })).rejects.toMatchObject({ code: 'MODEL_INCOMPLETE' });
    await mkdir(join(directory, 'onnx'));
    await writeFile(join(directory, 'onnx', 'model.onnx'), encodeModel((await buildEncoderModel(directory)).model));
    const chosen = await encodeWith(directory, { useOnnxFile: true });
    await rm(join(directory, 'model.safetensors'));
    const only = await encodeWith(directory);
    expect(chosen.data).toEqual(expected.data);
    expect(only).toEqual(chosen);
    expect(chosen.digest).not.toBe(expected.digest);
    const config = JSON.parse(await readFile(join(directory, 'config.json'), 'utf8')) as JsonObject;
    await writeJson(directory, 'config.json', { ...config, hidden_size: 8 });
    await expect(loadEncoder(directory)).rejects.toMatchObject({ code: 'TENSOR_SHAPE_MISMATCH' });
  });

  it.each([
    ['no config.json', 'config.json', undefined, 'MODEL_INCOMPLETE'],
    ['no weights', 'model.safetensors', undefined, 'MODEL_INCOMPLETE'],
    ['no tokenizer', 'tokenizer.json', undefined, 'TOKENIZER_INVALID'],
    ['a broken tokenizer', 'tokenizer.json', '{', 'TOKENIZER_INVALID'],
    ['truncated weights', 'model.safetensors', 'x'.repeat(50), 'SAFETENSORS_MALFORMED'],
    [
      'an unknown architecture',
      'config.json',
      '{"model_type": "abacus", "hidden_size": 8}',
      'ARCHITECTURE_UNSUPPORTED',
    ],
    ['no sizes', 'config.json', '{"model_type": "bert"}', 'ARCHITECTURE_UNSUPPORTED'],
  ])('refuses a folder with %s', async (name, file, content, code) => {
    const directory = await copyTiny(`broken ${name}`);
    if (content === undefined) await rm(join(directory, file));
    else await writeFile(join(directory, file), content);
    await expect(loadEncoder(directory)).rejects.toMatchObject({ code });
  });

  it('refuses options that make no sense, and stops when aborted', async () => {
    await expect(loadEncoder(tiny, { tokenBudget: 0 })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(loadEncoder(tiny, { maximumLength: 2 })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(loadEncoder(tiny, { threads: -1 })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(loadEncoder(tiny, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ABORTED' });
  });
});

describe('what loadEncoder warns of', () => {
  const warningsOf = async (reference: string, options: LoadEncoderOptions = {}): Promise<string[]> => {
    const warnings: string[] = [];
    const logger = { info: () => undefined, warn: (message: string) => warnings.push(message) };
    const encoder = await loadEncoder(reference, { cacheDirectory: join(root, 'cache'), ...options, logger });
    await encoder.release();
    return warnings;
  };

  it('is a longer text than the model takes', async () => {
    const [warning, ...others] = await warningsOf(tiny, { maximumLength: 100_000 });
    expect(warning).toBe(`The maximum length of 100000 tokens is taken as 64, which is the most that "${tiny}" takes.`);
    expect(others).toEqual([]);
    expect(await warningsOf(tiny, { maximumLength: 64 })).toEqual([]);
  });

  it('is a model of the shared cache that lacks settings', async () => {
    const commit = 'a'.repeat(40);
    const folder = join(root, 'shared', 'models--owner--tiny');
    await cp(tiny, join(folder, 'snapshots', commit), { recursive: true });
    vi.stubEnv('HF_HUB_CACHE', join(root, 'shared'));
    vi.stubEnv('HF_HUB_OFFLINE', '1');
    const warnings = await warningsOf(`owner/tiny@${commit}`);
    vi.unstubAllEnvs();
    expect(warnings).toEqual([expect.stringContaining('no modules.json')]);
  });
});

describe('the digest', () => {
  it('is that of the content, wherever the folder lies', async () => {
    const { digest } = await encodeWith(tiny);
    expect((await encodeWith(await copyTiny('elsewhere'))).digest).toBe(digest);
    const same = await copyTiny('same settings in other words');
    await writeSentenceTransformersSettings(same, { pooling_mode: 'mean' }, ['Transformer', 'Pooling']);
    expect((await encodeWith(same)).digest).toBe(digest);
  });

  it('changes with weights, tokenizer and settings', async () => {
    const other = await copyTiny('other weights');
    await writeTinyModel(other, 2);
    const otherTokenizer = await copyTiny('other tokenizer');
    await appendFile(join(otherTokenizer, 'tokenizer.json'), '\n');
    const digests = [
      await encodeWith(tiny),
      await encodeWith(other),
      await encodeWith(otherTokenizer),
      await encodeWith(tiny, { pooling: 'cls' }),
      await encodeWith(tiny, { normalize: true }),
      await encodeWith(tiny, { maximumLength: 20 }),
      await encodeWith(tiny, { prompt: 'query: ' }),
    ].map((result) => result.digest);
    expect(new Set(digests).size).toBe(digests.length);
    expect((await encodeWith(tiny, { threads: 1, tokenBudget: 100 })).digest).toBe(digests[0]);
  });

  it('of a large file is remembered until the file changes', async () => {
    const path = join(root, 'large.bin');
    const cache = join(root, 'digest-cache');
    await writeFile(path, 'first');
    const first = await digestFile(path, cache, 1);
    expect(await digestFile(path, cache, 1)).toBe(first);
    expect(await listFiles(cache)).toHaveLength(1);
    await writeFile(path, 'other');
    expect(await digestFile(path, cache, 1)).not.toBe(first);
    const [memory = ''] = await listFiles(cache);
    await writeFile(join(cache, memory), 'rubbish');
    await writeFile(path, 'first');
    expect(await digestFile(path, cache, 1)).toBe(first);
  });
});

describe('copyEncoderFiles', () => {
  it.each<[string, LoadEncoderOptions]>([
    ['as it is', {}],
    ['with options', { pooling: 'cls', normalize: true, maximumLength: 20, prompt: 'query: ' }],
  ])('makes a folder with the same digest and embeddings: %s', async (name, options) => {
    const encoder = await loadEncoder(tiny, options);
    const target = join(root, `copy ${name}`);
    await copyEncoderFiles(encoder, target);
    const copy = await loadEncoder(target);
    expect(copy.description).toEqual({ ...encoder.description, reference: target });
    expect((await copy.encode(texts)).data).toEqual((await encoder.encode(texts)).data);
    await Promise.all([encoder.release(), copy.release()]);
  });

  it('reports a target that cannot be written', async () => {
    const encoder = await loadEncoder(tiny);
    await writeFile(join(root, 'blocker'), '');
    await expect(copyEncoderFiles(encoder, join(root, 'blocker'))).rejects.toMatchObject({ code: 'FILE_NOT_WRITABLE' });
    await encoder.release();
  });
});

describe('a large model', () => {
  it('is written once with external data and opened from its path', async () => {
    const files = await findEncoderFiles(tiny, false);
    const cacheDirectory = join(root, 'graph-cache');
    const open = async (): Promise<Float32Array> => {
      const session = await openEncoderSession(files, {
        pooling: 'mean',
        cacheDirectory,
        digest: 'd',
        signal: undefined,
        largeFrom: 0,
      });
      const encoder = await loadEncoder(tiny);
      const encodings = texts.map((text) => encoder.tokenizer.encode(text));
      const { sentence_embedding: result } = await session.run(
        createTokenFeeds(encodings, { padId: 0, usesTypeIds: true }),
      );
      await Promise.all([session.release(), encoder.release()]);
      return Float32Array.from(result?.data ?? [], Number);
    };
    const { data } = await encodeWith(tiny);
    expect(await open()).toEqual(data);
    const paths = await listFiles(cacheDirectory);
    expect(paths).toHaveLength(2);
    const [path = ''] = paths;
    const written = await stat(join(cacheDirectory, path));
    expect(await open()).toEqual(data);
    expect((await stat(join(cacheDirectory, path))).mtimeMs).toBe(written.mtimeMs);
  });
});

describe('readEncoderShape', () => {
  it.each([
    [{ model_type: 'bert', hidden_size: 8, max_position_embeddings: 512, pad_token_id: 0 }, 8, 512],
    [{ model_type: 'xlm-roberta', hidden_size: 8, max_position_embeddings: 514, pad_token_id: 1 }, 8, 512],
    [{ model_type: 'mpnet', hidden_size: 8, max_position_embeddings: 514, pad_token_id: 1 }, 8, 512],
    [{ model_type: 'distilbert', dim: 8, max_position_embeddings: 512 }, 8, 512],
  ])('reads %j', async (config, dimension, maximumPositions) => {
    await writeJson(root, 'config.json', config);
    expect(await readEncoderShape(root)).toEqual({ dimension, maximumPositions });
  });

  it('agrees with the graph that is built', async () => {
    const { configuration } = await buildEncoderModel(tiny);
    expect(await readEncoderShape(tiny)).toEqual({
      dimension: configuration.hiddenSize,
      maximumPositions: configuration.maximumPositions,
    });
    expect(JSON.parse(await readFile(join(tiny, 'config.json'), 'utf8'))).toMatchObject({ hidden_size: tinyDimension });
  });
});
