import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resolveWorkerEntry } from '@polyhead/runtime';
import { createZeroShotClassifier } from '@polyhead/zero-shot';
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../app.ts';
import { createServerConfig } from '../config.ts';
import { createWorkerPool, type WorkerPool } from '../inference/worker-pool.ts';
import { createFakeClassifier } from '../testing/fake-classifier.ts';
import { saveTinyModel } from '../testing/save-tiny-model.ts';
import type { ZeroShotReply } from './zero-shot-schema.ts';

let folder = '';
let pool: WorkerPool;
let app: FastifyInstance;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'polyhead-server-zero-shot-'));
  const directory = join(folder, 'tiny');
  await saveTinyModel(directory);
  const silent = (): void => undefined;
  pool = createWorkerPool({
    entry: resolveWorkerEntry(import.meta.url, '../worker'),
    start: { directory, threads: 1, zeroShot: { method: 'embedding', model: undefined, encoder: undefined } },
    workers: 1,
    queueLength: 8,
    logger: { info: silent, warn: silent },
  });
  const limits = createServerConfig({ maxPairs: 12, maxTexts: 5 });
  app = createApp({ classifier: pool, limits, modelName: 'tiny', zeroShot: true });
  await pool.start();
});

afterAll(async () => {
  await app.close();
  await pool.close();
  rmSync(folder, { recursive: true, force: true });
});

const post = (payload: object): Promise<LightMyRequestResponse> =>
  app.inject({ method: 'POST', url: '/v1/zero-shot', payload });

const labels = ['billing', 'shipping', 'refund'];
const texts = ['Where is my parcel?', 'I want my money back.', 'The invoice is wrong.'];

describe('POST /v1/zero-shot', () => {
  it('answers as the classifier itself does, beside the heads of the model', async () => {
    const classifier = await createZeroShotClassifier({ method: 'embedding', threads: 1 });
    const expected = await classifier.classify(texts, { labels, topK: 2 });
    await classifier.release();
    const response = await post({ texts, labels, top_k: 2 });
    expect(response.statusCode, response.body).toBe(200);
    const { method, results } = response.json<ZeroShotReply>();
    expect(method).toBe('embedding');
    expect(results.map((result) => result.labels)).toEqual(expected.map((prediction) => prediction.labels));
    expect(results.map(({ scores }) => scores.map(({ label }) => label))).toEqual(
      expected.map(({ scores }) => scores.map(({ label }) => label)),
    );
    results.forEach(({ scores }, text) =>
      scores.forEach(({ score }, place) => expect(score).toBeCloseTo(expected[text]?.scores[place]?.score ?? NaN, 4)),
    );
    const heads = await app.inject({ method: 'POST', url: '/v1/classify', payload: { text: 'Where is it?' } });
    expect(heads.statusCode).toBe(200);
    const models = await app.inject({ method: 'GET', url: '/v1/models' });
    expect(models.json<{ data: { zero_shot: unknown }[] }>().data[0]?.zero_shot).toEqual({ method: 'embedding' });
  });

  it('abstains, takes labels each by itself, and descriptions', async () => {
    const none = await post({ text: 'Where is my parcel?', labels, threshold: 1 });
    expect(none.json<ZeroShotReply>().results[0]?.labels).toEqual([]);
    const described = [
      { label: 'a', descriptions: ['Where is my parcel?'] },
      { label: 'b', wordings: ['refund'] },
    ];
    const many = await post({ text: 'Where is my parcel?', labels: described, multi_label: true, threshold: 0.9 });
    expect(many.json<ZeroShotReply>().results[0]?.labels).toEqual(['a']);
  });

  it.each<[string, object, number, string]>([
    ['no labels', { text: 'a', labels: [] }, 400, 'is an empty list'],
    ['a label twice', { text: 'a', labels: ['x', 'x'] }, 400, 'occurs twice'],
    ['a template without {}', { text: 'a', labels, templates: 'x' }, 400, 'has no {}'],
    ['both a text and texts', { text: 'a', texts: ['b'], labels }, 400, 'and not both'],
    [
      'too many pairs',
      { texts: ['a', 'b', 'c', 'd', 'e'], labels },
      413,
      '5 texts and 3 sentences about labels, 15 pairs',
    ],
    [
      'few labels in too many sentences',
      { text: 'a', labels: [{ label: 'x', wordings: ['v', 'w', 'x', 'y', 'z'] }], templates: ['a {}', 'b {}', 'c {}'] },
      413,
      '1 texts and 15 sentences',
    ],
    ['too many texts', { texts: ['a', 'b', 'c', 'd', 'e', 'f'], labels: ['x'] }, 413, '6 texts'],
  ])('refuses %s', async (_, body, status, message) => {
    const response = await post(body);
    expect([response.statusCode, response.json<{ message: string }>().message]).toEqual([
      status,
      expect.stringContaining(message),
    ]);
  });

  it('is documented, and is not there unless it is asked for', async () => {
    const document = await app.inject({ method: 'GET', url: '/docs/json' });
    expect(Object.keys(document.json<{ paths: object }>().paths)).toContain('/v1/zero-shot');
    const without = createApp({ classifier: createFakeClassifier(), limits: createServerConfig(), modelName: 'demo' });
    const response = await without.inject({ method: 'POST', url: '/v1/zero-shot', payload: { text: 'a', labels } });
    expect(response.statusCode).toBe(404);
    await without.close();
  });
});
