import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadCrossEncoder } from '@polyhead/backbone';
import { sha256OfFile } from '@polyhead/files';
import { createRandomGenerator } from '@polyhead/numerics';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeTinyCheckpoint } from '../testing/tiny-checkpoint.ts';
import { parseNliConfig } from './load-nli-config.ts';
import type { NliConfigInput } from './nli-config.ts';
import { trainNliModel } from './train-nli-model.ts';

let root: string;
const at = (...names: string[]): string => join(root, ...names);
const topics = ['music', 'sport', 'money'];

const lines = (rows: readonly object[]): string => rows.map((row) => JSON.stringify(row)).join('\n');

/** A premise names one topic; a hypothesis that denies another does not follow. Simple enough to be learned at once. */
function toyPairs(count: number, seed: number): object[] {
  const random = createRandomGenerator(seed);
  return Array.from({ length: count }, (_, index) => {
    const topic = topics[random.integer(3)] ?? '';
    const other = topics.filter((name) => name !== topic)[random.integer(2)] ?? '';
    const premise = `${topic} number ${index} of ${seed}`;
    return index % 2 === 0
      ? { premise, hypothesis: `about ${topic}`, label: 'entailment' }
      : { premise, hypothesis: `never about ${other}`, label: index % 4 === 1 ? 'contradiction' : 'Neutral' };
  });
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'polyhead-nli-'));
  await writeTinyCheckpoint(at('tiny'));
  // One row without a label, and one whose hypothesis alone is longer than the model is trained on.
  const odd = [
    { premise: 'a', hypothesis: 'b', label: -1 },
    { premise: 'music', hypothesis: 'about music '.repeat(30), label: 'entailment' },
  ];
  await writeFile(at('pairs.jsonl'), lines([...toyPairs(90, 1), ...odd]));
  // One hypothesis alone is longer than the model reads at all.
  const longest = { premise: 'music', hypothesis: 'about music '.repeat(300), label: 'entailment' };
  await writeFile(at('judged.jsonl'), lines([...toyPairs(23, 2), longest]));
  const texts = Array.from({ length: 42 }, (_, index) => ({
    text: `${topics[index % 3] ?? ''} text ${index}`,
    label: topics[index % 3],
  }));
  await writeFile(at('texts.jsonl'), lines(texts.slice(0, 30)));
  await writeFile(at('judged-texts.jsonl'), lines(texts.slice(30)));
});
afterAll(() => rm(root, { recursive: true, force: true }));

function toConfig(output: string, more: Partial<NliConfigInput> = {}): ReturnType<typeof parseNliConfig> {
  return parseNliConfig({
    backbone: { reference: at('tiny'), maximumLength: 32, threads: 2 },
    sources: [
      at('pairs.jsonl'),
      { file: at('texts.jsonl'), kind: 'classification', limit: 12, templates: ['about {}', 'it is {}'], hardShare: 0 },
    ],
    validation: [at('judged.jsonl')],
    output: at(output),
    ...more,
    training: {
      learningRate: 0.02,
      epochs: 4,
      batchSize: 16,
      encoderDropout: 0.1,
      memoryBudget: 1024,
      ...more.training,
    },
  });
}

describe('trainNliModel', () => {
  it('learns, and writes a folder that cross-encoders load, with the figures that it gives', async () => {
    const losses: number[] = [];
    const warnings: string[] = [];
    const { report, directory } = await trainNliModel(toConfig('model', { validateEvery: 5 }), {
      onStep: (_, { loss }) => losses.push(loss),
      onWarning: ({ message }) => warnings.push(message),
    });
    const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean(losses.slice(-5))).toBeLessThan(0.7 * mean(losses.slice(0, 5)));
    expect(warnings).toEqual([expect.stringContaining('1 rows of') as unknown]);
    expect((await readdir(directory)).sort()).toEqual([
      'README.md',
      'config.json',
      'metrics.json',
      'model.safetensors',
      'tokenizer.json',
      'training.json',
    ]);
    expect(Object.keys(report.sources)).toHaveLength(2);
    expect(Object.values(report.sources).map(({ pairs }) => pairs)).toEqual([91, 12]);
    const [validation] = Object.values(report.validation);
    expect(validation?.rows).toBe(24);
    const best = report.training.epochs.find(({ epoch }) => epoch === report.training.bestEpoch);
    expect(Object.values(best?.validation ?? {})).toEqual([validation?.accuracy, validation?.macro_f1]);
    // 7 steps an epoch, measured after 5 and at the end.
    expect(report.training.epochs.map(({ step }) => step)).toEqual([5, 7, 12, 14, 19, 21, 26, 28]);
    const model = await loadCrossEncoder(directory, { cacheDirectory: at('cache') });
    expect(model.description.labels).toEqual(['entailment', 'not_entailment']);
    await model.release();
    const card = await readFile(join(directory, 'README.md'), 'utf8');
    expect(card).toContain('| 24 | ');
    expect(card).toContain('Trained with Polyhead from `tiny`');
    expect(card).not.toContain(root);
    expect((await readdir(root)).filter((name) => name.startsWith('model'))).toEqual(['model']);
  });

  it('goes on after a break as if there had been none', async () => {
    const whole: number[] = [];
    await trainNliModel(toConfig('whole'), { onStep: (_, { loss }) => whole.push(loss) });
    const broken: number[] = [];
    const stop = new AbortController();
    const first = trainNliModel(toConfig('broken'), {
      signal: stop.signal,
      onStep: (step, { loss }) => {
        broken.push(loss);
        if (step === 13) stop.abort();
      },
    });
    await expect(first).rejects.toMatchObject({ code: 'ABORTED' });
    const changed = toConfig('broken', { seed: 7 });
    await expect(trainNliModel(changed, { resume: true })).rejects.toMatchObject({ code: 'CHECKPOINT_MISMATCH' });
    await trainNliModel(toConfig('broken'), { resume: true, onStep: (_, { loss }) => broken.push(loss) });
    expect(broken).toEqual(whole);
    const digests = ['whole', 'broken'].map((name) => sha256OfFile(at(name, 'model.safetensors')));
    expect(await digests[0]).toBe(await digests[1]);
  });

  it('goes on from its own model with three classes', async () => {
    const training = { steps: 3 };
    await trainNliModel(toConfig('three', { classes: 3, validation: [], training }));
    const backbone = { reference: at('three'), maximumLength: 32 };
    const { report } = await trainNliModel(
      toConfig('further', { classes: 3, backbone, training, dataType: 'float16', test: [at('judged.jsonl')] }),
    );
    expect(report.labels).toEqual(['entailment', 'neutral', 'contradiction']);
    // Pairs that may be neutral or contradiction teach three classes nothing but what entailment is.
    expect(Object.values(report.test)[0]?.rows).toBe(24);
  });

  it('learns from few labelled texts on top of any model, whose classes stay', async () => {
    const few = { file: at('texts.jsonl'), kind: 'classification', hardShare: 0, perLabel: 8 } as const;
    const judged = { file: at('judged-texts.jsonl'), kind: 'classification' } as const;
    const learn = async (from: string, classes: 2 | 3): Promise<readonly string[]> => {
      const base = `base-${from}`;
      await trainNliModel(toConfig(base, { classes, validation: [], training: { steps: 1 } }));
      const { report } = await trainNliModel(
        toConfig(`few-${from}`, {
          backbone: at(base),
          sources: [few],
          validation: [],
          test: [judged],
          training: { steps: 2 },
        }),
      );
      const [figures] = Object.values(report.test);
      expect(Object.keys(figures?.per_label ?? {})).toEqual(['entailment', 'not_entailment']);
      expect(figures?.rows).toBe(24);
      return report.labels;
    };
    expect(await learn('two-way', 2)).toEqual(['entailment', 'not_entailment']);
    expect(await learn('three-way', 3)).toEqual(['entailment', 'neutral', 'contradiction']);
  });

  it('says that the checkpoint is not there before it reads data', async () => {
    const sources = [at('no-pairs.jsonl')];
    await expect(
      trainNliModel(toConfig('new', { backbone: at('nowhere'), classes: 2, sources })),
    ).rejects.toMatchObject({
      code: 'FILE_NOT_FOUND',
      message: expect.stringContaining(at('nowhere')) as unknown,
    });
  });

  it('refuses to write over other things, and to resume what is not there', async () => {
    await expect(trainNliModel(toConfig('tiny'))).rejects.toMatchObject({ code: 'OUTPUT_EXISTS' });
    await expect(trainNliModel(toConfig('pairs.jsonl'))).rejects.toMatchObject({ code: 'OUTPUT_EXISTS' });
    await expect(trainNliModel(toConfig('new'), { resume: true })).rejects.toMatchObject({
      code: 'CHECKPOINT_NOT_FOUND',
    });
  });
});
