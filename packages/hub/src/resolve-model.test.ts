import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { listFiles } from '@polyhead/files';
import { modelDirectory } from '@polyhead/model-minilm';
import type { Progress } from '@polyhead/types';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resolveModel, type ResolvedModel, type ResolveModelOptions } from './index.ts';
import { startImitationHub, type ImitationContent, type ImitationHub } from './testing/imitation-hub.ts';

const commit = createHash('sha1').update('commit').digest('hex');
const weights = Uint8Array.from({ length: 300_000 }, (_, index) => (index * 31) & 255);
const content: ImitationContent = {
  id: 'owner/name',
  commit,
  revisions: ['main', 'refs/pr/1'],
  files: {
    'config.json': Buffer.from('{"model_type":"bert"}'),
    'tokenizer.json': Buffer.from('{}'),
    '1_Pooling/config.json': Buffer.from('{"pooling_mode_cls_token":true}'),
    'README.md': Buffer.from('not needed'),
    'pytorch_model.bin': new Uint8Array(1000),
    'model.safetensors': weights,
  },
};

let folder: string;
let hub: ImitationHub | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polyhead-hub-'));
});
afterEach(async () => {
  await hub?.close();
  hub = undefined;
  await rm(folder, { recursive: true, force: true });
});

async function start(changes: Partial<ImitationContent> = {}): Promise<ImitationHub> {
  hub = await startImitationHub({ ...content, ...changes });
  return hub;
}

function resolve(
  reference = 'owner/name',
  variables: Record<string, string> = {},
  options: ResolveModelOptions = {},
): Promise<ResolvedModel> {
  return resolveModel(reference, {
    cacheDirectory: join(folder, 'cache'),
    environment: { HF_HOME: join(folder, 'hf'), ...(hub ? { HF_ENDPOINT: hub.endpoint } : {}), ...variables },
    retryDelay: 1,
    ...options,
  });
}

async function writeFiles(directory: string, files: Readonly<Record<string, Uint8Array>>): Promise<void> {
  for (const [path, bytes] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), bytes);
  }
}

describe('a saved Polyhead model', () => {
  it('gives the encoder that it carries', async () => {
    const model = join(folder, 'model');
    await writeFiles(model, { 'polyhead.json': Buffer.from('{}'), 'encoder/config.json': Buffer.from('{}') });
    await expect(resolve(model)).resolves.toEqual({
      reference: model,
      kind: 'folder',
      directory: join(model, 'encoder'),
    });
  });

  it('is refused if it only names its encoder', async () => {
    const model = join(folder, 'model');
    await writeFiles(model, { 'polyhead.json': Buffer.from('{}') });
    await expect(resolve(model)).rejects.toMatchObject({ code: 'MODEL_INCOMPLETE', details: { folder: model } });
  });
});

describe('a bundled name and a local folder', () => {
  it('need no hub', async () => {
    expect(await resolve('minilm')).toEqual({
      reference: 'all-MiniLM-L6-v2',
      kind: 'bundled',
      directory: modelDirectory,
    });
    await writeFiles(folder, { 'config.json': Buffer.from('{}') });
    expect(await resolve(folder)).toEqual({ reference: folder, kind: 'folder', directory: folder });
  });

  it('say what is wrong with a folder', async () => {
    await expect(resolve(join(folder, 'none'))).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    await expect(resolve(folder)).rejects.toMatchObject({ code: 'MODEL_INCOMPLETE' });
    await writeFiles(folder, { file: new Uint8Array() });
    await expect(resolve(join(folder, 'file'))).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });
});

describe('a model of the hub', () => {
  it('is downloaded with what is needed, with progress, and then found without the hub', async () => {
    const server = await start();
    const progress: Progress[] = [];
    const { directory, kind, reference } = await resolve('owner/name', {}, { onProgress: (p) => progress.push(p) });
    expect({ kind, reference }).toEqual({ kind: 'hub', reference: 'owner/name' });
    expect(await listFiles(directory)).toEqual([
      '1_Pooling/config.json',
      'config.json',
      'model.safetensors',
      'tokenizer.json',
    ]);
    expect(new Uint8Array(await readFile(join(directory, 'model.safetensors')))).toEqual(weights);
    const last = progress.at(-1);
    expect(last?.done).toBe(last?.total);
    expect(progress.every((p, index) => index === 0 || p.done >= (progress[index - 1]?.done ?? 0))).toBe(true);
    expect(await readdir(dirname(directory))).toEqual([commit, 'refs']);

    const before = server.requests.length;
    expect((await resolve()).directory).toBe(directory);
    expect((await resolve(`owner/name@${commit}`)).directory).toBe(directory);
    expect(server.requests).toHaveLength(before);
  });

  it('is found by the name of any revision', async () => {
    await start();
    const { reference, directory } = await resolve('owner/name@refs/pr/1');
    expect(reference).toBe('owner/name@refs/pr/1');
    expect(directory).toContain(commit);
  });

  it('is downloaded on from where the connection broke off', async () => {
    const server = await start();
    server.breakOff('model.safetensors', 100_000, 2);
    const { directory } = await resolve();
    expect(new Uint8Array(await readFile(join(directory, 'model.safetensors')))).toEqual(weights);
    const starts = server.requests
      .filter((line) => line.startsWith('GET /model.safetensors'))
      .map((line) => Number(/bytes=(\d+)-/.exec(line)?.[1] ?? 0));
    // A connection that breaks takes along what its reader has not read yet, so the exact places depend on the machine.
    expect(starts).toHaveLength(3);
    expect(starts).toEqual([...starts].sort((one, other) => one - other));
    expect(starts[2]).toBeGreaterThan(0);
    expect(starts[2]).toBeLessThanOrEqual(200_000);
  });

  it('is downloaded on by a later process, also past a damaged part', async () => {
    const server = await start();
    const part = join(folder, 'cache', 'models', 'owner--name', `${commit}.incomplete`, 'model.safetensors.part');
    await writeFiles(dirname(part), { 'model.safetensors.part': weights.subarray(0, 250_000) });
    await resolve();
    expect(server.requests).toContain('GET /model.safetensors bytes=250000-');

    await rm(join(folder, 'cache'), { recursive: true });
    await writeFiles(dirname(part), { 'model.safetensors.part': new Uint8Array(250_000) });
    const { directory } = await resolve();
    expect(new Uint8Array(await readFile(join(directory, 'model.safetensors')))).toEqual(weights);
  });

  it.each(['model.safetensors', 'config.json'])('is repaired in the cache if %s is gone', async (path) => {
    const server = await start();
    const { directory } = await resolve();
    const whole = await listFiles(directory);
    await rm(join(directory, path));
    server.requests.length = 0;
    expect((await resolve()).directory).toBe(directory);
    expect(await listFiles(directory)).toEqual(whole);
    expect(new Uint8Array(await readFile(join(directory, 'model.safetensors')))).toEqual(weights);
    expect(await readdir(dirname(directory))).toEqual([commit, 'refs']);
    // What was there is taken over.
    expect(server.requests.filter((line) => line.includes('/resolve/'))).toEqual([
      expect.stringContaining(`/resolve/${commit}/${path}`),
    ]);
  });

  it.each(['..', '../../outside', 'main', 'C:\\outside', commit.toUpperCase(), ''])(
    'is refused if its commit is called %j',
    async (sha) => {
      await start({ sha });
      await expect(resolve()).rejects.toMatchObject({
        code: 'MODEL_NOT_FOUND',
        message: expect.stringContaining('which is no commit') as unknown,
      });
      expect(await readdir(folder)).toEqual([]);
    },
  );

  it('has no files whose names lead elsewhere', async () => {
    const server = await start({
      files: {
        'config.json': Buffer.from('{}'),
        'tokenizer.json': Buffer.from('{}'),
        'onnx/model.onnx': weights,
        'onnx/..\\..\\..\\outside': weights,
        'onnx/model.onnx:stream': weights,
        'onnx/data': weights,
      },
    });
    const { directory } = await resolve();
    expect(await listFiles(directory)).toEqual(['config.json', 'onnx/data', 'onnx/model.onnx', 'tokenizer.json']);
    expect(server.requests.filter((line) => /outside|stream/.test(line))).toEqual([]);
  });

  it('is downloaded from a server that ignores ranges', async () => {
    const server = await start({ ignoresRanges: true });
    server.breakOff('model.safetensors', 100_000, 1);
    const { directory } = await resolve();
    expect(new Uint8Array(await readFile(join(directory, 'model.safetensors')))).toEqual(weights);
  });

  it.each(['model.safetensors', 'config.json'])('is refused if the checksum of %s is wrong', async (path) => {
    await start({ wrongChecksums: [path] });
    await expect(resolve()).rejects.toMatchObject({ code: 'CHECKSUM_MISMATCH' });
    expect(await readdir(join(folder, 'cache', 'models', 'owner--name'))).toEqual([`${commit}.incomplete`]);
  });

  it('is asked for again after a temporary failure', async () => {
    const server = await start();
    server.failNext(503, 3);
    expect((await resolve()).directory).toContain(commit);
    expect(server.requests.length).toBeGreaterThan(4);
  });

  it('sends the token to the hub and not to its file storage', async () => {
    const server = await start({ token: 'secret' });
    await expect(resolve()).rejects.toMatchObject({
      code: 'MODEL_NOT_FOUND',
      message: expect.stringContaining('HF_TOKEN is not set') as unknown,
    });
    await expect(resolve('owner/name', { HF_TOKEN: 'wrong' })).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
    await resolve('owner/name', { HF_TOKEN: 'secret' });
    expect(server.leakedTokens).toEqual([]);
  });

  it('is reported if it or its revision does not exist', async () => {
    await start();
    await expect(resolve('owner/other')).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
    await expect(resolve('owner/name@v2')).rejects.toMatchObject({
      code: 'MODEL_NOT_FOUND',
      message: expect.stringContaining('"v2"') as unknown,
    });
  });

  it('is refused if it has no usable weights', async () => {
    await start({ files: { 'config.json': Buffer.from('{}'), 'pytorch_model.bin': weights } });
    const message: unknown = expect.stringContaining('no tokenizer.json, no model.safetensors');
    await expect(resolve()).rejects.toMatchObject({ code: 'MODEL_INCOMPLETE', message });
  });

  it('is downloaded once by several at the same time', async () => {
    const server = await start();
    const found = await Promise.all([resolve(), resolve(), resolve()]);
    expect(new Set(found.map((model) => model.directory)).size).toBe(1);
    expect(server.requests.filter((line) => line.startsWith('GET /model.safetensors'))).toHaveLength(1);
  });

  it('stops when aborted, and keeps what it has', async () => {
    await start();
    const controller = new AbortController();
    const onProgress = (progress: Progress): void => {
      if (progress.done > 1000) controller.abort();
    };
    await expect(resolve('owner/name', {}, { signal: controller.signal, onProgress })).rejects.toMatchObject({
      code: 'ABORTED',
    });
    expect(await readdir(join(folder, 'cache', 'models', 'owner--name'))).toEqual([`${commit}.incomplete`]);
  });
});

describe('the cache of Hugging Face libraries', () => {
  it('is used as it is, if the model is complete', async () => {
    const shared = join(folder, 'hf', 'hub', 'models--owner--name');
    const snapshot = join(shared, 'snapshots', commit);
    await writeFiles(shared, { 'refs/main': Buffer.from(commit), 'blobs/abc': weights });
    await writeFiles(snapshot, { 'config.json': Buffer.from('{}'), 'tokenizer.json': Buffer.from('{}') });
    await expect(resolve('owner/name', { HF_HUB_OFFLINE: '1' })).rejects.toMatchObject({ code: 'HUB_UNREACHABLE' });
    await symlink('../../blobs/abc', join(snapshot, 'model.safetensors'));
    await writeFiles(snapshot, { 'modules.json': Buffer.from('[]') });
    expect((await resolve('owner/name', { HF_HUB_OFFLINE: '1' })).directory).toBe(snapshot);
    expect((await resolve(`owner/name@${commit}`, { HF_HUB_OFFLINE: '1' })).directory).toBe(snapshot);
  });
});

describe('a model that transformers put into the shared cache, without the settings of sentence-transformers', () => {
  const shared = (): string => join(folder, 'hf', 'hub', 'models--owner--name');
  const snapshot = (): string => join(shared(), 'snapshots', commit);
  const warnings: string[] = [];
  const logger = { info: () => undefined, warn: (message: string) => void warnings.push(message) };

  beforeEach(async () => {
    warnings.length = 0;
    const files = Object.fromEntries(Object.entries(content.files).filter(([path]) => !path.startsWith('1_Pooling')));
    await writeFiles(shared(), { 'refs/main': Buffer.from(commit) });
    await writeFiles(snapshot(), files);
  });

  it('gets them from the hub, and only them', async () => {
    const server = await start();
    const { directory } = await resolve();
    expect(await listFiles(directory)).toContain('1_Pooling/config.json');
    expect(new Uint8Array(await readFile(join(directory, 'model.safetensors')))).toEqual(weights);
    expect(server.requests.filter((line) => line.includes('/resolve/'))).toEqual([
      `GET /owner/name/resolve/${commit}/1_Pooling/config.json -`,
    ]);
  });

  it('does not take a damaged file over', async () => {
    await start();
    await writeFiles(snapshot(), { 'model.safetensors': new Uint8Array(weights.length) });
    const { directory } = await resolve();
    expect(new Uint8Array(await readFile(join(directory, 'model.safetensors')))).toEqual(weights);
  });

  it.each([
    ['offline by choice', { HF_HUB_OFFLINE: '1' }],
    ['no such host', { HF_ENDPOINT: 'http://127.0.0.1:9' }],
  ])('is used with a warning without a hub: %s', async (_name, variables) => {
    expect((await resolve('owner/name', variables, { logger })).directory).toBe(snapshot());
    expect(warnings).toEqual([expect.stringMatching(/"owner\/name".*modules\.json/)]);
  });

  it('is not used if shards are missing', async () => {
    await rm(join(snapshot(), 'model.safetensors'));
    await writeFiles(snapshot(), {
      'model.safetensors.index.json': Buffer.from('{}'),
      'model-00001-of-00002.safetensors': weights,
    });
    await expect(resolve('owner/name', { HF_HUB_OFFLINE: '1' })).rejects.toMatchObject({ code: 'HUB_UNREACHABLE' });
  });
});

describe('without a hub', () => {
  it.each([
    ['offline by choice', { HF_HUB_OFFLINE: '1' }, 'HF_HUB_OFFLINE'],
    ['no such host', { HF_ENDPOINT: 'http://127.0.0.1:9' }, '127.0.0.1:9'],
  ])('says how to go on: %s', async (_name, variables, part) => {
    const error = await resolve('owner/name', variables).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'HUB_UNREACHABLE' });
    const { message } = error as Error;
    for (const way of [part, '"all-MiniLM-L6-v2"', 'local model folder', join(folder, 'hf', 'hub'), 'HF_ENDPOINT']) {
      expect(message).toContain(way);
    }
  });

  it('refuses an endpoint that is no address', async () => {
    await expect(resolve('owner/name', { HF_ENDPOINT: 'mirror' })).rejects.toMatchObject({
      code: 'INVALID_CONFIGURATION',
    });
  });
});
