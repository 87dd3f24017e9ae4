import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadModel, loadModelHeads, readMetrics } from '@polyhead/model';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addHead } from './add-head.ts';
import type { HeadConfigInput, TrainingConfigInput } from './config/training-config.ts';
import { evaluateModel } from './evaluate-model.ts';
import { trainModel } from './train-model.ts';
import { tuneModelThresholds } from './tune-model-thresholds.ts';

let folder: string;
const at = (...names: string[]): string => join(folder, ...names);
const digest = async (path: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(path))
    .digest('hex');

const subjects = ['rain', 'snow', 'storm', 'sunshine', 'fog', 'wind', 'thunder', 'frost', 'hail', 'heat'];
const tunes = ['song', 'guitar', 'concert', 'piano', 'jazz', 'choir', 'opera', 'drums', 'melody', 'violin'];

/** One file, three targets: a label, a list of labels and a number. */
function rows(): { text: string; topic: string; tags: string[]; stars: number }[] {
  const make = (
    words: string[],
    topic: string,
    loud: string[],
  ): { text: string; topic: string; tags: string[]; stars: number }[] =>
    words.flatMap((word, index) => [
      { text: `The ${word} today`, topic, tags: loud.includes(word) ? [topic, 'loud'] : [topic], stars: index % 5 },
      { text: `Tell me about ${word}`, topic, tags: loud.includes(word) ? [topic, 'loud'] : [topic], stars: index % 5 },
    ]);
  return [
    ...make(subjects, 'weather', ['storm', 'thunder', 'hail', 'wind']),
    ...make(tunes, 'music', ['concert', 'drums', 'opera', 'guitar']),
  ];
}

const config = (output: string): TrainingConfigInput => ({
  heads: {
    topic: { data: { train: at('rows.jsonl'), test: at('rows.jsonl'), label: 'topic' } },
    tags: { type: 'ridge', data: { train: at('rows.jsonl'), labels: 'tags' } },
    stars: { type: 'ridge', data: { train: at('rows.jsonl'), value: 'stars' } },
  },
  output: at(output),
  embeddingCache: false,
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polyhead-training-'));
  await writeFile(
    at('rows.jsonl'),
    rows()
      .map((row) => JSON.stringify(row))
      .join('\n'),
  );
  await trainModel(config('model'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('trainModel', () => {
  it('trains heads of all three tasks on one pass over the distinct texts', async () => {
    const warnings: string[] = [];
    const encoded: number[] = [];
    const { report, heads } = await trainModel(config('again'), {
      onWarning: ({ message }) => warnings.push(message),
      onProgress: ({ phase, total }) => {
        if (phase === 'encoding' && total !== undefined) encoded.push(total);
      },
    });
    expect(heads.map(({ name, fitted }) => [name, fitted.task])).toEqual([
      ['topic', 'single-label'],
      ['tags', 'multi-label'],
      ['stars', 'regression'],
    ]);
    expect(new Set(encoded)).toEqual(new Set([40]));
    expect(report.counts).toMatchObject({
      distinct_texts: 40,
      truncated_texts: 0,
      heads: { topic: { train: 32, validation: 8, test: 40, test_leaks: 32 } },
    });
    expect(warnings.join('\n')).toContain('32 test rows also in the training data');
    expect(report.heads['topic']?.validation).toMatchObject({ task: 'single-label', accuracy: 1 });
    expect(report.heads['tags']?.validation).toHaveProperty('tuned');
    expect(report.heads['stars']?.validation).toHaveProperty('rmse');
  });

  it('gives the same weights for the same seed', async () => {
    for (const head of ['topic', 'tags', 'stars']) {
      expect(await digest(at('again', 'heads', `${head}.safetensors`))).toBe(
        await digest(at('model', 'heads', `${head}.safetensors`)),
      );
    }
  });

  it('calibrates classification heads on validation rows, so that evaluating the model gives the figures of its training', async () => {
    const { manifest } = await loadModelHeads(at('model'));
    const [topic, tags, stars] = manifest.heads;
    // Right on all validation rows and not sure of it.
    expect(topic?.calibration?.temperature).toBeLessThan(1);
    expect(topic?.calibration?.fittedOn).toBe('8 rows (validation rows: 20 % of the training rows, stratified)');
    expect(tags?.calibration?.temperature).toBeGreaterThan(0);
    expect(stars?.calibration).toBeUndefined();
    const metrics = await readMetrics(at('model'));
    const trained = metrics.heads['topic']?.test;
    expect(Number(trained?.['log_loss'])).toBeLessThan(Number(trained?.['log_loss_uncalibrated']));
    const { heads } = await evaluateModel(at('model'), { data: at('rows.jsonl') });
    expect(JSON.parse(JSON.stringify(heads['topic']?.test))).toEqual(trained);
    expect(heads['tags']?.test).toHaveProperty('log_loss_uncalibrated');
  });

  it('leaves scores alone where it is told to', async () => {
    const { topic } = config('plain').heads;
    await trainModel({ ...config('plain'), heads: { topic: { ...topic, calibrate: false } } });
    const { manifest } = await loadModelHeads(at('plain'));
    expect(manifest.heads[0]?.calibration).toBeUndefined();
    const { test } = (await readMetrics(at('plain'))).heads['topic'] ?? {};
    expect(test).not.toHaveProperty('ece_uncalibrated');
    expect(Object.keys(test ?? {})).toContain('ece');
  });

  it('calibrates by cross-validation where there are no validation rows', async () => {
    const data = { train: at('rows.jsonl'), label: 'topic', validationShare: 0 };
    const { heads } = await trainModel({ ...config('crossed'), heads: { topic: { data } } });
    expect(heads[0]?.calibration?.fittedOn).toBe('40 rows (training rows, cross-validated)');
  });

  it('trains heads that abstain, and says how much they answer', async () => {
    const { topic } = config('unsure').heads;
    const given = { topic: { ...topic, calibrate: false, abstain: 0.7 } };
    const { heads } = await trainModel({ ...config('unsure'), heads: given });
    expect(heads[0]?.abstention).toEqual({ threshold: 0.7, chosenBy: 'given' });
    const { test } = heads[0]?.evaluations ?? {};
    if (test?.task !== 'single-label') throw new TypeError('expected single labels');
    const model = await loadModel(at('unsure'));
    const predictions = await model.predict(rows().map(({ text }) => text));
    await model.release();
    const answered = predictions.filter((prediction) => {
      const head = prediction.heads['topic'];
      return head?.task === 'single-label' && head.label !== null;
    });
    expect(answered.length / predictions.length).toBeCloseTo(test.coverage ?? NaN, 12);
    expect(test.coverage).toBeGreaterThan(0);
    expect(test.coverage).toBeLessThan(1);
    const chosen = { topic: { ...topic, abstain: { accuracy: 0.9 } } };
    const again = await trainModel({ ...config('unsure'), heads: chosen });
    expect(again.heads[0]?.abstention?.chosenBy).toBe('accuracy of 0.9 on 8 of 8 validation rows');
  });

  it('refuses to abstain where that means nothing, before it loads the encoder', async () => {
    const train = at('rows.jsonl');
    const job = (head: HeadConfigInput): Promise<unknown> =>
      trainModel({ backbone: at('no-encoder'), heads: { x: head }, output: at('never') });
    await expect(job({ data: { train, labels: 'tags' }, abstain: 0.5 })).rejects.toMatchObject({
      code: 'TASK_UNSUPPORTED',
    });
    const data = { train, label: 'topic', validationShare: 0 };
    await expect(job({ data, abstain: { accuracy: 0.9 } })).rejects.toMatchObject({ code: 'TOO_FEW_EXAMPLES' });
  });

  it('refuses names for what is no label before it loads the encoder', async () => {
    const { topic } = config('never').heads;
    const heads = { topic: { ...topic, displayNames: { musik: 'Music' } } };
    await expect(trainModel({ backbone: at('no-encoder'), heads, output: at('never') })).rejects.toMatchObject({
      code: 'UNKNOWN_LABEL',
      message: expect.stringContaining('"musik", but its labels are "music", "weather"') as string,
    });
  });

  it('leaves the old model as it was, and no debris, when it is stopped', async () => {
    const before = await digest(at('model', 'polyhead.json'));
    const stop = new AbortController();
    const running = trainModel(config('model'), {
      signal: stop.signal,
      onProgress: ({ phase }) => {
        if (phase === 'encoding') stop.abort();
      },
    });
    await expect(running).rejects.toMatchObject({ code: 'ABORTED' });
    expect(await digest(at('model', 'polyhead.json'))).toBe(before);
    expect((await readdir(folder)).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('refuses a type of head that cannot learn from the data before it loads the encoder, and names those that can', async () => {
    const job = {
      backbone: at('no-encoder'),
      heads: { stars: { data: { train: at('rows.jsonl'), value: 'stars' } } },
      output: at('never'),
    };
    await expect(trainModel(job)).rejects.toMatchObject({
      code: 'TASK_UNSUPPORTED',
      message: expect.stringContaining('Head "stars" is for regression') as string,
      remedy: expect.stringContaining('Use linear or ridge') as string,
    });
    const able = trainModel({ ...job, heads: { stars: { ...job.heads.stars, type: 'ridge' } } });
    await expect(able).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });

  it('refuses a folder that is no model before it reads any data', async () => {
    await expect(trainModel({ ...config('model'), output: folder })).rejects.toMatchObject({ code: 'OUTPUT_EXISTS' });
  });

  it('keeps how long texts are read, so that predictions match training', async () => {
    const windows = { ...config('windows'), backbone: { longText: 'windows', maximumLength: 16 } } as const;
    await trainModel(windows);
    const model = await loadModel(at('windows'));
    try {
      expect(model.encoder.description).toMatchObject({ longText: 'windows', maximumLength: 16 });
      const [prediction] = await model.predict(['The guitar and the piano play a song. '.repeat(10)]);
      expect(prediction).toMatchObject({ truncated: false, heads: { topic: { label: 'music' } } });
    } finally {
      await model.release();
    }
  });
});

describe('method finetune', () => {
  const job = (output: string): TrainingConfigInput => ({
    method: 'finetune',
    backbone: { maximumLength: 16 },
    data: { train: at('rows.jsonl') },
    heads: {
      topic: { data: { label: 'topic' } },
      tags: { data: { labels: 'tags' } },
      stars: { data: { value: 'stars' } },
    },
    training: { trainable: { lastLayers: 2 }, learningRate: 2e-4, headLearningRate: 0.01, steps: 8, batchSize: 16 },
    output: at(output),
  });

  it('trains the bundled encoder with heads of all tasks, also over a break, to a model that predicts', async () => {
    const stop = new AbortController();
    const losses: number[] = [];
    const onStep = (step: number, { loss }: { loss: number }): void => {
      losses.push(loss);
      if (step === 3) stop.abort();
    };
    const stopped = trainModel(job('tuned'), { signal: stop.signal, onStep });
    await expect(stopped).rejects.toMatchObject({ code: 'ABORTED' });
    const { report } = await trainModel(job('tuned'), { resume: true, onStep });
    expect(losses).toHaveLength(8);
    expect(losses.at(-1)).toBeLessThan(losses[0] ?? 0);
    expect(report.heads['topic']?.validation).toMatchObject({ accuracy: 1 });
    const model = await loadModel(at('tuned'));
    try {
      expect(model.encoder.description).toMatchObject({ normalized: false, maximumLength: 16 });
      const [prediction] = await model.predict(['The guitar and the piano play a song.']);
      expect(prediction).toMatchObject({ heads: { topic: { label: 'music' } } });
    } finally {
      await model.release();
    }
    const { heads } = await evaluateModel(at('tuned'), { data: at('rows.jsonl') });
    expect(Object.keys(heads)).toEqual(['topic', 'tags', 'stars']);
  });

  it('has nothing to resume on a frozen encoder', async () => {
    await expect(trainModel(config('model'), { resume: true })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});

/** Makes a model another one while it is being worked with: called as soon as texts are encoded. */
const replaceMeanwhile =
  (change: (manifest: { encoder: object; heads: object[] }) => object) =>
  ({ phase }: { phase: string }): void => {
    if (phase !== 'encoding') return;
    const file = at('replaced', 'polyhead.json');
    const manifest = JSON.parse(readFileSync(file, 'utf8')) as { encoder: object; heads: object[] };
    writeFileSync(file, JSON.stringify({ ...manifest, ...change(manifest) }));
  };
const otherDigest = { digest: '0'.repeat(64) };

describe('a model that is replaced meanwhile', () => {
  it('gets no head that was trained on the old encoder', async () => {
    await trainModel(config('replaced'));
    const head = { data: { train: at('rows.jsonl'), label: 'topic' } };
    const onProgress = replaceMeanwhile(({ encoder }) => ({ encoder: { ...encoder, ...otherDigest } }));
    await expect(
      addHead(at('replaced'), { name: 'second', head, embeddingCache: false, onProgress }),
    ).rejects.toMatchObject({ code: 'MODEL_ENCODER_MISMATCH' });
    expect((await loadModelHeads(at('replaced'))).heads.has('second')).toBe(false);
  });

  it('gets no thresholds for the scores of the old head', async () => {
    await trainModel(config('replaced'));
    const onProgress = replaceMeanwhile(({ heads }) => ({ heads: heads.map((head) => ({ ...head, ...otherDigest })) }));
    const before = await digest(at('replaced', 'thresholds.json'));
    await expect(
      tuneModelThresholds(at('replaced'), { data: at('rows.jsonl'), head: 'tags', onProgress }),
    ).rejects.toMatchObject({ code: 'MODEL_ENCODER_MISMATCH', details: { head: 'tags' } });
    expect(await digest(at('replaced', 'thresholds.json'))).toBe(before);
  });
});

describe('addHead', () => {
  it('adds a head and leaves the bytes of the others', async () => {
    const names = ['topic', 'tags', 'stars'];
    const before = await Promise.all(names.map((name) => digest(at('again', 'heads', `${name}.safetensors`))));
    const head = { data: { train: at('rows.jsonl'), label: 'topic' } };
    await addHead(at('again'), { name: 'second', head, embeddingCache: false });
    expect(await Promise.all(names.map((name) => digest(at('again', 'heads', `${name}.safetensors`))))).toEqual(before);
    await expect(addHead(at('again'), { name: 'second', head })).rejects.toMatchObject({ code: 'HEAD_EXISTS' });
    await expect(addHead(at('again'), { name: 'third', head, replace: true })).rejects.toMatchObject({
      code: 'HEAD_NOT_FOUND',
    });
    const model = await loadModel(at('again'));
    const [prediction] = await model.predict(['a violin concert'], { heads: ['topic', 'second'] });
    await model.release();
    expect(Object.keys(prediction?.heads ?? {})).toEqual(['topic', 'second']);
  });
});

describe('a file whose rows belong to one head each', () => {
  /** The same texts three times over, each time with the target of another head. */
  const mixed = (): string =>
    (['topic', 'tags', 'stars'] as const)
      .flatMap((name) => rows().map((row) => JSON.stringify({ text: row.text, [name]: row[name] })))
      .join('\n');
  const data = (): string => at('mixed.jsonl');
  const heads: Record<string, HeadConfigInput> = {
    topic: { data: { label: 'topic' } },
    tags: { type: 'ridge', data: { labels: 'tags' } },
    stars: { type: 'ridge', data: { value: 'stars' } },
  };

  it('trains, measures, tunes and adds heads, and reports a problem once', async () => {
    const broken = '{"text": "Only half a row\n{"text": "a melody", "stars": "many"}\n{"text": "", "topic": "music"}';
    await writeFile(data(), `${mixed()}\n${broken}`);
    const warnings: string[] = [];
    const listeners = {
      onWarning: ({ head, message }: { head: string | undefined; message: string }): void => {
        if (message.includes('skipped')) warnings.push(`${head ?? 'all'}: ${message.split(' of ')[0] ?? ''}`);
      },
    };
    const reported = (): string[] => warnings.splice(0);
    const config = { data: { train: data(), test: data() }, heads, output: at('mixed'), embeddingCache: false };
    const { report } = await trainModel(config, listeners);
    expect(report.counts.heads).toMatchObject({
      topic: { train: 32, validation: 8, test: 40, skipped_rows: 4 },
      tags: { train: 32, validation: 8, test: 40, skipped_rows: 4 },
      stars: { train: 32, validation: 8, test: 40, skipped_rows: 6 },
    });
    expect(reported()).toEqual(['all: 2 rows', 'stars: 1 row']);

    const { counts } = await evaluateModel(at('mixed'), { data: data(), ...listeners });
    expect(counts.heads).toEqual({ topic: { test: 40 }, tags: { test: 40 }, stars: { test: 40 } });
    expect(reported()).toEqual(['all: 2 rows', 'stars: 1 row']);
    const { counts: one } = await evaluateModel(at('mixed'), { data: data(), head: 'topic', ...listeners });
    expect(one.heads).toEqual({ topic: { test: 40 } });
    expect(reported()).toEqual(['all: 2 rows']);
    await tuneModelThresholds(at('mixed'), { data: data(), head: 'tags', ...listeners });
    expect(reported()).toEqual(['all: 2 rows']);

    const head: HeadConfigInput = { type: 'ridge', data: { train: data(), value: 'stars' } };
    const added = await addHead(at('mixed'), { name: 'more', head, embeddingCache: false, ...listeners });
    expect(added.report.counts.heads['more']).toMatchObject({ train: 32, skipped_rows: 3 });
    expect(reported()).toEqual(['all: 2 rows', 'more: 1 row']);
  });

  it('names the head and the file that has no row of it', async () => {
    await writeFile(
      at('none.jsonl'),
      rows()
        .map(({ text, topic }) => JSON.stringify({ text, topic, stars: null }))
        .join('\n'),
    );
    const { topic, stars } = heads;
    if (topic === undefined || stars === undefined) throw new TypeError('expected two heads');
    await expect(
      trainModel({ data: { train: at('none.jsonl') }, heads: { topic, stars }, output: at('never') }),
    ).rejects.toMatchObject({ code: 'DATA_EMPTY', message: expect.stringMatching(/none\.jsonl.*"stars"/) as string });
  });
});

describe('evaluateModel', () => {
  it('finds each head its column by name', async () => {
    const { heads } = await evaluateModel(at('model'), { data: at('rows.jsonl') });
    expect(Object.keys(heads)).toEqual(['topic', 'tags', 'stars']);
  });

  it('leaves out heads that a file does not fit, with a warning, and refuses one that fits none', async () => {
    await writeFile(at('topics.csv'), 'text,topic\nheavy rain,weather\na song,music\n');
    const warnings: string[] = [];
    const { heads } = await evaluateModel(at('model'), {
      data: at('topics.csv'),
      onWarning: ({ head }) => warnings.push(head ?? ''),
    });
    expect(Object.keys(heads)).toEqual(['topic']);
    expect(warnings).toEqual(['tags', 'stars']);
    await expect(evaluateModel(at('model'), { data: at('topics.csv'), head: 'tags' })).rejects.toMatchObject({
      code: 'COLUMN_NOT_FOUND',
    });
    await expect(evaluateModel(at('model'), { data: at('topics.csv'), head: 'nope' })).rejects.toMatchObject({
      code: 'HEAD_NOT_FOUND',
    });
  });
});

describe('tuneModelThresholds', () => {
  it('stores thresholds that predictions then follow', async () => {
    const { thresholds, evaluation } = await tuneModelThresholds(at('model'), { data: at('rows.jsonl'), head: 'tags' });
    expect(evaluation.tuned?.macro_f1 ?? 0).toBeGreaterThanOrEqual(evaluation['at_0.5'].macro_f1);
    const model = await loadModel(at('model'));
    expect(model.heads.get('tags')?.thresholds?.tuned).toEqual(thresholds.tuned);
    await model.release();
    for (const data of [at('rows.jsonl'), at('none.csv')]) {
      await expect(tuneModelThresholds(at('model'), { data, head: 'topic' })).rejects.toMatchObject({
        code: 'TASK_UNSUPPORTED',
        message: expect.stringContaining('"topic"') as string,
      });
    }
    await expect(tuneModelThresholds(at('model'), { data: at('none.csv'), head: 'nope' })).rejects.toMatchObject({
      code: 'HEAD_NOT_FOUND',
    });
  });
});
