import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Prediction } from '@polyhead/types';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { fakeWorkerEntry } from '../testing/fake-worker-entry.ts';
import { createWorkerPool, type WorkerPool, type WorkerPoolOptions } from './worker-pool.ts';

let folder = '';
const pools: WorkerPool[] = [];
const warnings: string[] = [];

function start(options: Partial<WorkerPoolOptions> = {}): WorkerPool {
  const pool = createWorkerPool({
    entry: fakeWorkerEntry,
    start: { directory: folder, threads: 5 },
    workers: 1,
    queueLength: 4,
    logger: { info: (message) => warnings.push(message), warn: (message) => warnings.push(message) },
    restartDelays: [0, 20],
    ...options,
  });
  pools.push(pool);
  return pool;
}

/** Waits until something holds, for at most twenty seconds. */
async function until(condition: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 1000 && !condition(); attempt++) await sleep(20);
  expect(condition()).toBe(true);
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'polyhead-server-'));
});

afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
  warnings.length = 0;
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('createWorkerPool', () => {
  it('is not ready until the model is loaded, then answers', async () => {
    const pool = start();
    const started = pool.start();
    expect(pool.state).toBe('loading');
    await expect(pool.classify(['a'])).rejects.toMatchObject({ code: 'SERVER_NOT_READY' });
    await started;
    expect(pool.state).toBe('ready');
    expect(pool.model?.encoder.reference).toBe('an-encoder');
    expect(warnings).toEqual(['a warning of the model']);
    const { predictions } = await pool.classify(['a', 'b']);
    expect(predictions).toEqual([
      { text: 'a', truncated: false, tokenCount: 5, heads: {} },
      { text: 'b', truncated: false, tokenCount: 5, heads: {} },
    ]);
  });

  it('says why the model cannot be loaded', async () => {
    const pool = start({ start: { directory: join(folder, 'nothing'), threads: 1 }, workers: 2 });
    await expect(pool.start()).rejects.toMatchObject({ code: 'MODEL_FOLDER_INVALID' });
    await expect(pool.classify(['a'])).rejects.toMatchObject({ code: 'SERVER_NOT_READY' });
  });

  it('passes on what the model throws, and goes on', async () => {
    const pool = start();
    await pool.start();
    await expect(pool.classify(['throw'])).rejects.toMatchObject({ code: 'INTERNAL', message: 'The text said so.' });
    expect((await pool.classify(['a'])).predictions).toHaveLength(1);
  });

  it('replaces a thread that dies: its request fails, those that wait are answered', async () => {
    const pool = start();
    await pool.start();
    const [died, waiting] = await Promise.allSettled([pool.classify(['die']), pool.classify(['a'])]);
    expect(died).toMatchObject({ status: 'rejected', reason: { code: 'WORKER_FAILED', details: { exitCode: 3 } } });
    expect(waiting).toMatchObject({ status: 'fulfilled', value: { predictions: [{ text: 'a' }] } });
    expect(pool.state).toBe('ready');
    expect(warnings.join('\n')).toMatch(/stopped unexpectedly: it ended with exit code 3\. It is replaced\./);
  });

  it('keeps trying when a thread cannot be replaced, and recovers', async () => {
    const directory = join(folder, 'comes-and-goes');
    mkdirSync(directory);
    const pool = start({ start: { directory, threads: 1 } });
    await pool.start();
    rmSync(directory, { recursive: true });
    const results = await Promise.allSettled([pool.classify(['die']), pool.classify(['a'])]);
    for (const result of results) expect(result).toMatchObject({ reason: { code: 'WORKER_FAILED' } });
    expect(pool.state).toBe('loading');
    await expect(pool.classify(['a'])).rejects.toMatchObject({ code: 'SERVER_NOT_READY' });
    mkdirSync(directory);
    await until(() => pool.state === 'ready');
    expect((await pool.classify(['a'])).predictions).toHaveLength(1);
  });

  it('does not let another model answer that took the place of the first one', async () => {
    const directory = join(folder, 'replaced');
    mkdirSync(directory);
    const pool = start({ start: { directory, threads: 1 }, workers: 2 });
    await pool.start();
    writeFileSync(join(directory, 'digest'), 'another');
    await expect(pool.classify(['die'])).rejects.toMatchObject({ code: 'WORKER_FAILED' });
    await until(() => warnings.some((message) => message.includes('is not the one')));
    expect(warnings.filter((message) => message.includes('is not the one'))).toEqual([
      expect.stringMatching(/^A worker thread cannot be replaced yet: .*"[^"]*replaced" is not the one.*restart/i),
    ]);
    // The other thread still has the first model, and serves on.
    expect(pool.model?.encoder.digest).toBe('f00d');
    expect(pool.state).toBe('ready');
    expect((await pool.classify(['a', 'b'])).predictions).toHaveLength(2);
    await expect(pool.classify(['die'])).rejects.toMatchObject({ code: 'WORKER_FAILED' });
    await until(() => pool.state === 'loading');
    await expect(pool.classify(['a'])).rejects.toMatchObject({
      code: expect.stringMatching(/^(?:WORKER_FAILED|SERVER_NOT_READY)$/) as unknown,
    });
    rmSync(join(directory, 'digest'));
    await until(() => pool.state === 'ready');
    expect(pool.model?.encoder.digest).toBe('f00d');
  });

  it('does not keep answers that were given', async () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const pool = start();
    await pool.start();
    const classifyOnce = async (): Promise<WeakRef<Prediction>> => {
      const [prediction] = (await pool.classify(['a'])).predictions;
      if (prediction === undefined) throw new TypeError('No prediction.');
      return new WeakRef(prediction);
    };
    const answers = [await classifyOnce(), await classifyOnce(), await classifyOnce()];
    for (let attempt = 0; attempt < 10 && answers.some((answer) => answer.deref() !== undefined); attempt++) {
      await sleep(20);
      collectGarbage();
    }
    expect(answers.map((answer) => answer.deref())).toEqual([undefined, undefined, undefined]);
  });

  it('refuses what neither a worker nor the queue has room for', async () => {
    const pool = start({ queueLength: 1 });
    await pool.start();
    const results = await Promise.allSettled(['block', 'b', 'c', 'd'].map((text) => pool.classify([text])));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'rejected']);
    expect(results[2]).toMatchObject({ reason: { code: 'SERVER_OVERLOADED', details: { retry_after_seconds: 1 } } });
    expect((await pool.classify(['e'])).predictions).toHaveLength(1);
  });

  it('shares a great request between its threads and keeps the order', async () => {
    const pool = start({ workers: 2 });
    await pool.start();
    const texts = Array.from({ length: 200 }, (_, index) => `text ${index}`);
    const { predictions } = await pool.classify(texts);
    expect(predictions.map(({ text }) => text)).toEqual(texts);
  });

  it('finishes what it has when it is closed, and takes nothing more', async () => {
    const pool = start();
    await pool.start();
    const running = pool.classify(['block']);
    const waiting = pool.classify(['a']);
    const closed = pool.close();
    expect(pool.state).toBe('closing');
    await expect(pool.classify(['b'])).rejects.toMatchObject({ code: 'SERVER_NOT_READY' });
    expect((await running).predictions).toHaveLength(1);
    expect((await waiting).predictions).toHaveLength(1);
    await closed;
    expect(warnings).toEqual(['a warning of the model']);
  });

  it('can be closed while it is loading', async () => {
    const pool = start({ workers: 2 });
    const started = pool.start();
    await pool.close();
    await started;
    expect(pool.state).toBe('closing');
  });

  it('gives up what is not finished when it is told to', async () => {
    const pool = start();
    await pool.start();
    const requests = Promise.allSettled([pool.classify(['block']), pool.classify(['a'])]);
    const closed = pool.close();
    pool.abort();
    for (const result of await requests) expect(result).toMatchObject({ reason: { code: 'SERVER_NOT_READY' } });
    await closed;
  });
});
