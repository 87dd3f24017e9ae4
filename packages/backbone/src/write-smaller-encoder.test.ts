import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSafetensors } from '@polyhead/onnx';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadEncoder } from './load-encoder.ts';
import { writeSmallerEncoder } from './write-smaller-encoder.ts';

const reference = 'all-MiniLM-L6-v2';
let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'polyhead-smaller-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

it('keeps the first, the last and evenly spread layers, and loads as an encoder', async () => {
  const directory = join(root, 'three');
  await writeSmallerEncoder(reference, directory, { layers: 3 });
  const { tensors } = await readSafetensors(join(directory, 'model.safetensors'));
  const layers = new Set([...tensors.keys()].flatMap((name) => /layer\.(\d+)\./.exec(name)?.[1] ?? []));
  expect([...layers].sort()).toEqual(['0', '1', '2']);
  const encoder = await loadEncoder(directory, { cacheDirectory: join(root, 'cache'), threads: 1 });
  try {
    expect(encoder.description).toMatchObject({ dimension: 384, normalized: true });
    const { data } = await encoder.encode(['a small encoder']);
    expect(Math.hypot(...data)).toBeCloseTo(1, 5);
  } finally {
    await encoder.release();
  }
});

it.each([0, 7, 1.5])('refuses %s layers of six', async (layers) => {
  await expect(writeSmallerEncoder(reference, join(root, 'wrong'), { layers })).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    details: { layers, count: 6 },
  });
});
