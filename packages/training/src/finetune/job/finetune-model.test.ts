import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadModel } from '@polyhead/model';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseTrainingConfig } from '../../config/parse-config.ts';
import type { FinetuneConfig, TrainingConfigInput } from '../../config/training-config.ts';
import { fakeLoaders, unusedLoaders } from '../../testing/fake-loaders.ts';
import { loadFakeEncoder } from '../../testing/fake-trainable-encoder.ts';
import type { TrainOptions, TrainResult } from '../../train-options.ts';
import { toyRows } from '../testing/toy-examples.ts';
import { finetuneModel } from './finetune-model.ts';

let folder: string;
const at = (...names: string[]): string => join(folder, ...names);

/** Every fifth row says nothing about the tags, every third nothing about the size. */
async function writeRows(file: string, rows: number, seed: number): Promise<void> {
  const lines = toyRows(rows, seed).map(({ text, topic, tags, size }, row) =>
    JSON.stringify({ text, topic, ...(row % 5 === 0 ? {} : { tags }), ...(row % 3 === 0 ? {} : { size }) }),
  );
  await writeFile(at(file), lines.join('\n'));
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polyhead-finetune-job-'));
  await writeRows('train.jsonl', 300, 1);
  await writeRows('test.jsonl', 90, 2);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function config(output: string, more: Partial<TrainingConfigInput> = {}): FinetuneConfig {
  const parsed = parseTrainingConfig({
    method: 'finetune',
    backbone: 'fake',
    data: { train: at('train.jsonl'), test: at('test.jsonl') },
    heads: {
      topic: { data: { label: 'topic' }, displayNames: { music: 'Music' } },
      tags: { data: { labels: 'tags' } },
      size: { data: { value: 'size' }, loss: { name: 'huber', delta: 2 } },
    },
    output: at(output),
    ...more,
    training: { learningRate: 0.01, epochs: 4, batchSize: 16, checkpoints: { everySteps: 10 }, ...more.training },
  });
  if (parsed.method !== 'finetune') throw new TypeError('expected finetune');
  return parsed;
}

const train = (job: FinetuneConfig, options: TrainOptions = {}): Promise<TrainResult> =>
  finetuneModel(job, options, fakeLoaders);

describe('finetuneModel', () => {
  it('writes an ordinary model folder with heads of all tasks, figures and the whole story', async () => {
    const { report } = await train(config('model'));
    expect(report.heads['topic']?.test).toMatchObject({ task: 'single-label' });
    expect((report.heads['topic']?.test as { accuracy: number }).accuracy).toBeGreaterThan(0.8);
    expect(report.heads['tags']?.validation).toHaveProperty('tuned');
    const tags = report.counts.heads['tags'];
    expect((tags?.train ?? 0) + (tags?.validation ?? 0)).toBe(240);
    expect(Math.abs((tags?.validation ?? 0) - 48)).toBeLessThanOrEqual(4);
    expect((await readdir(at('model'))).sort()).toEqual([
      'README.md',
      'encoder',
      'heads',
      'metrics.json',
      'polyhead.json',
      'report.html',
      'thresholds.json',
      'training.json',
    ]);
    expect(await readdir(folder)).not.toContain('model.checkpoint');
    expect(await readFile(at('model', 'report.html'), 'utf8')).toContain('Training loss');
    expect(report.training?.epochs).toHaveLength(4);
    expect(report.training?.epochs[0]?.report).toHaveProperty('heads.topic.per_label.music');
  });

  it('trains without validation rows where none are to be held out', async () => {
    const data = { train: at('train.jsonl'), test: at('test.jsonl'), validationShare: 0 };
    const { report } = await train(config('all-rows', { data, training: { epochs: 2 } }));
    expect(report.counts.heads['topic']).toMatchObject({ train: 300, validation: 0 });
    expect(report.training).toMatchObject({ bestEpoch: 2 });
  });

  it('predicts as it was measured: the saved encoder and heads give the same figures', async () => {
    const encoder = await loadFakeEncoder(at('model', 'encoder'));
    const model = await loadModel(at('model'), { encoder });
    const lines = (await readFile(at('test.jsonl'), 'utf8')).split('\n');
    const rows = lines.map((line) => JSON.parse(line) as { text: string; topic: string });
    const predictions = await model.predict(rows.map(({ text }) => text));
    const hits = predictions.filter(({ heads }, row) => {
      const answer = heads['topic'];
      return answer?.task === 'single-label' && answer.label === rows[row]?.topic;
    });
    const metrics = JSON.parse(await readFile(at('model', 'metrics.json'), 'utf8')) as {
      heads: { topic: { test: { accuracy: number } } };
    };
    expect(hits.length / rows.length).toBeCloseTo(metrics.heads.topic.test.accuracy, 12);
    expect(model.manifest.encoder).toMatchObject({ reference: 'fake', storage: 'copied', maximumLength: 128 });
    expect(model.manifest.heads[0]).toMatchObject({ type: 'linear', displayNames: { music: 'Music' } });
  });

  it('trains without validation rows', async () => {
    const { report } = await train(
      config('unjudged', {
        heads: { topic: { data: { label: 'topic', validationShare: 0 } } },
        training: { epochs: 1 },
      }),
    );
    expect(report.heads['topic']?.validation).toBeUndefined();
    expect((report.heads['topic']?.test as { accuracy: number }).accuracy).toBeGreaterThan(0.3);
  });

  it('goes on after a stop and ends with the very same model', async () => {
    const stop = new AbortController();
    const stopped = train(config('again'), {
      signal: stop.signal,
      onStep: (step) => {
        if (step === 23) stop.abort();
      },
    });
    await expect(stopped).rejects.toMatchObject({
      code: 'ABORTED',
      message: expect.stringContaining('again.checkpoint') as string,
    });
    const left = await readdir(at('again.checkpoint'));
    expect(left).toEqual(expect.arrayContaining(['config.json', 'report.html', 'step-00000023', 'best']));
    expect(await readFile(at('again.checkpoint', 'report.html'), 'utf8')).not.toContain('http-equiv="refresh"');
    await train(config('again'), { resume: true });
    for (const file of ['heads/topic.safetensors', 'heads/tags.safetensors', 'encoder/fake-encoder.safetensors']) {
      expect(await readFile(at('again', file))).toEqual(await readFile(at('model', file)));
    }
  });

  it('refuses to resume another configuration, and says what differs', async () => {
    const stop = new AbortController();
    const job = config('changed');
    const stopped = train(job, { signal: stop.signal, onStep: () => stop.abort() });
    await expect(stopped).rejects.toMatchObject({ code: 'ABORTED' });
    const other = config('changed', { training: { learningRate: 0.02, epochs: 5, checkpoints: { everySteps: 3 } } });
    await expect(train(other, { resume: true })).rejects.toMatchObject({
      code: 'CHECKPOINT_MISMATCH',
      message: expect.stringMatching(
        /settings\.learningRate was 0\.01 and is 0\.02.*settings\.epochs was 4 and is 5/,
      ) as string,
      details: { differences: ['settings.learningRate', 'settings.epochs'] },
    });
    const warnings: string[] = [];
    await train(config('changed', { training: { epochs: 1 } }), { onWarning: ({ message }) => warnings.push(message) });
    expect(warnings.join()).toContain('unfinished training');
  });

  it('refuses names for what is no label before the encoder is loaded', async () => {
    const heads = { topic: { data: { label: 'topic' }, displayNames: { musik: 'Music' } } };
    const job = finetuneModel(config('misnamed', { heads }), {}, unusedLoaders);
    await expect(job).rejects.toMatchObject({ code: 'UNKNOWN_LABEL', details: { head: 'topic', unknown: ['musik'] } });
  });

  it('tells of rows to judge by that train the encoder through another head', async () => {
    const warnings: string[] = [];
    const heads = {
      topic: { data: { label: 'topic', validation: at('test.jsonl') } },
      tags: { data: { labels: 'tags', train: at('test.jsonl') } },
    };
    const job = finetuneModel(
      config('leaking', { data: { train: at('train.jsonl') }, heads }),
      { onWarning: ({ message }) => warnings.push(message) },
      unusedLoaders,
    );
    await expect(job).rejects.toMatchObject({ code: 'INTERNAL' });
    // A fifth of the 90 rows have no tags, and a fifth of the others are held out.
    expect(warnings.filter((message) => message.includes('training data'))).toEqual([
      '58 validation rows also in the training data of other heads, from which the encoder learns; the validation figures are too good by that.',
    ]);
  });

  it('refuses to resume where there is nothing', async () => {
    await expect(train(config('fresh'), { resume: true })).rejects.toMatchObject({ code: 'CHECKPOINT_NOT_FOUND' });
  });

  it('stops at a learning rate that diverges, and keeps the last checkpoint and the old model', async () => {
    await train(config('diverging', { training: { epochs: 1 } }));
    const before = await readFile(at('diverging', 'polyhead.json'));
    const job = config('diverging', {
      training: {
        learningRate: 1e36,
        optimizer: 'sgd',
        gradientClip: 0,
        warmupShare: 0.9,
        checkpoints: { everySteps: 1 },
      },
    });
    await expect(train(job)).rejects.toMatchObject({
      code: 'TRAINING_DIVERGED',
      message: expect.stringMatching(/step \d+, at a learning rate of/) as string,
      details: { step: expect.any(Number) as number, learningRate: expect.any(Number) as number },
    });
    expect(await readFile(at('diverging', 'polyhead.json'))).toEqual(before);
    expect((await readdir(at('diverging.checkpoint'))).some((name) => name.startsWith('step-'))).toBe(true);
  });
});
