import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadModel, toPredictionJson } from '@polyhead/model';
import { resolveWorkerEntry } from '@polyhead/runtime';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from './app.ts';
import { createServerConfig } from './config.ts';
import { createWorkerPool, type WorkerPool } from './inference/worker-pool.ts';
import type { ClassifyReply } from './routes/classify-schema.ts';
import { saveTinyModel } from './testing/save-tiny-model.ts';

let folder = '';
let pool: WorkerPool;
let app: FastifyInstance;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'polyhead-server-'));
  const directory = join(folder, 'tiny');
  await saveTinyModel(directory);
  const silent = (): void => undefined;
  pool = createWorkerPool({
    entry: resolveWorkerEntry(import.meta.url, 'worker'),
    start: { directory, threads: 1 },
    workers: 2,
    queueLength: 64,
    logger: { info: silent, warn: silent },
  });
  app = createApp({ classifier: pool, limits: createServerConfig(), modelName: 'tiny' });
  await pool.start();
});

afterAll(async () => {
  await app.close();
  await pool.close();
  rmSync(folder, { recursive: true, force: true });
});

async function classify(payload: object): Promise<ClassifyReply['results']> {
  const response = await app.inject({ method: 'POST', url: '/v1/classify', payload });
  expect(response.statusCode, response.body).toBe(200);
  return response.json<ClassifyReply>().results;
}

const texts = [
  'Where is my card?',
  'I want a refund, now!',
  'Thanks a lot, I am glad that the card is here.',
  'x'.repeat(30),
  'The weather is fine. '.repeat(200),
];

describe('a real model behind the app', () => {
  it('answers as the model itself does', async () => {
    const model = await loadModel(join(folder, 'tiny'), { threads: 1 });
    const expected = (await model.predict(texts)).map((prediction) =>
      toPredictionJson(prediction, model.manifest.heads),
    );
    await model.release();
    const results = await classify({ texts });
    expect(results).toEqual(expected.map(({ truncated, token_count, heads }) => ({ truncated, token_count, heads })));
    expect(results.map(({ truncated }) => truncated)).toEqual([false, false, false, false, true]);
    expect(results[0]?.heads['topic']).toMatchObject({ task: 'single-label', label: 'card', display_name: 'A card' });
    expect(results[1]?.heads['topic']).toMatchObject({ task: 'single-label', label: 'refund' });
  });

  it('applies the thresholds of the model, whatever top_k is', async () => {
    const results = await classify({ texts, heads: ['mood'], top_k: 1 });
    const thresholds: Record<string, number> = { anger: 0.3, joy: 0.4 };
    const all = await classify({ texts, heads: ['mood'] });
    expect(results.length).toBe(texts.length);
    results.forEach(({ heads }, row) => {
      const mood = heads['mood'];
      const full = all[row]?.heads['mood'];
      if (mood?.task !== 'multi-label' || full?.task !== 'multi-label') throw new TypeError('another task');
      expect(Object.keys(heads)).toEqual(['mood']);
      expect(mood.scores).toEqual(full.scores.slice(0, 1));
      for (const { label, threshold } of full.scores) expect(threshold).toBe(thresholds[label]);
      const above = full.scores.filter(({ score, threshold }) => score >= threshold).map(({ label }) => label);
      expect(mood.labels).toEqual(above);
    });
    expect(results.some(({ heads }) => heads['mood']?.task === 'multi-label' && heads['mood'].labels.length > 0)).toBe(
      true,
    );
  });

  it('gives the same answers to many requests at once as to one after another', async () => {
    const requests = Array.from({ length: 12 }, (_, index) => ({
      texts: [...texts.slice(index % 4, 4), `Request ${index}`, 'Where is my card?'],
      heads: index % 3 === 0 ? ['mood'] : ['topic', 'mood'],
      top_k: 1 + (index % 2),
    }));
    const alone: ClassifyReply['results'][] = [];
    for (const request of requests) alone.push(await classify(request));
    expect(await Promise.all(requests.map(classify))).toEqual(alone);
  });

  it('describes the model', async () => {
    const models = (await app.inject('/v1/models')).json<{ data: { encoder: object; heads: object[] }[] }>();
    expect(models.data[0]).toMatchObject({
      id: 'tiny',
      encoder: { reference: 'all-MiniLM-L6-v2', dimension: 384 },
      heads: [
        { name: 'topic', type: 'logistic-regression', task: 'single-label', labels: ['card', 'refund'] },
        {
          name: 'mood',
          task: 'multi-label',
          thresholds: { anger: 0.3, joy: 0.4 },
          thresholds_tuned_on: 'chosen by hand',
        },
      ],
    });
  });

  it('answers /healthz while a long request is worked on', async () => {
    const finished: string[] = [];
    const long = classify({ texts: Array.from({ length: 64 }, (_, index) => `${index} is a number. `.repeat(20)) });
    void long.then(() => {
      finished.push('long');
    });
    for (let attempt = 0; attempt < 20; attempt++) {
      expect((await app.inject('/healthz')).statusCode).toBe(200);
      finished.push('healthz');
    }
    expect(finished).toEqual(Array.from({ length: 20 }, () => 'healthz'));
    expect(await long).toHaveLength(64);
  });
});
