import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { logisticRegression } from '@polyhead/heads';
import { loadModel } from '@polyhead/model';
import { createRandomGenerator } from '@polyhead/numerics';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseTrainingConfig } from '../../config/parse-config.ts';
import type { SetFitConfig, SetFitSectionInput, TrainingConfigInput } from '../../config/training-config.ts';
import { calibrateHead } from '../../heads/calibrate-head.ts';
import { crossValidate } from '../../heads/cross-validate.ts';
import { toyRows } from '../../finetune/testing/toy-examples.ts';
import { fakeLoaders, unusedLoaders } from '../../testing/fake-loaders.ts';
import { loadFakeEncoder } from '../../testing/fake-trainable-encoder.ts';
import type { TrainOptions, TrainResult } from '../../train-options.ts';
import { setfitModel } from './setfit-model.ts';

let folder: string;
const at = (...names: string[]): string => join(folder, ...names);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polyhead-setfit-job-'));
  for (const [file, rows, seed] of [
    ['train.jsonl', 90, 1],
    ['test.jsonl', 90, 2],
  ] as const) {
    await writeFile(
      at(file),
      toyRows(rows, seed)
        .map((row) => JSON.stringify(row))
        .join('\n'),
    );
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function config(
  output: string,
  setfit: SetFitSectionInput = {},
  more: Partial<TrainingConfigInput> = {},
): SetFitConfig {
  const parsed = parseTrainingConfig({
    method: 'setfit',
    backbone: 'fake',
    data: { train: at('train.jsonl'), test: at('test.jsonl') },
    heads: { topic: { data: { label: 'topic' } } },
    output: at(output),
    ...more,
    setfit: { ...setfit, embedding: { learningRate: 0.01, steps: 30, batchSize: 12, ...setfit.embedding } },
  });
  if (parsed.method !== 'setfit') throw new TypeError('expected setfit');
  return parsed;
}

const train = (job: SetFitConfig, options: TrainOptions = {}): Promise<TrainResult> =>
  setfitModel(job, options, fakeLoaders);

function accuracyOf({ heads }: TrainResult): number {
  const evaluation = heads[0]?.evaluations.test;
  return evaluation?.task === 'single-label' ? evaluation.accuracy : Number.NaN;
}

describe('setfitModel', () => {
  it('learns from few shots, better than heads on the encoder as it was, and writes an ordinary model folder', async () => {
    const result = await train(config('model', { shots: 6 }));
    const untrained = await train(config('untrained', { shots: 6, embedding: { learningRate: 0 } }));
    expect(accuracyOf(result)).toBeGreaterThan(accuracyOf(untrained));
    expect(result.report.counts.heads['topic']).toMatchObject({ train: 18, validation: 0, test: 90 });
    expect(result.report.training?.steps.at(-1)).toMatchObject({ step: 30 });
    const model = await loadModel(at('model'), { encoder: await loadFakeEncoder(at('model', 'encoder')) });
    const [prediction] = await model.predict(['song guitar piano']);
    expect(prediction?.heads['topic']).toMatchObject({ label: 'music' });
  });

  it('calibrates without validation rows, less sure than cross-validation on what the encoder has learned', async () => {
    const result = await train(config('calibrated'));
    const { fitted, calibration } = result.heads[0] ?? {};
    if (fitted === undefined) throw new TypeError('expected a head');
    expect(calibration?.fittedOn).toBe('90 rows (training rows, cross-validated)');
    const train90 = toyRows(90, 1);
    const encoder = await loadFakeEncoder(at('calibrated', 'encoder'));
    const embeddings = await encoder.encode(train90.map(({ text }) => text));
    const classIndices = Int32Array.from(train90, ({ topic }) => fitted.labels.indexOf(topic));
    const targets = { task: 'single-label', labels: fitted.labels, classIndices } as const;
    const random = createRandomGenerator(1);
    const logits = await crossValidate(logisticRegression.create({}), { embeddings, targets }, { random });
    const learned = calibrateHead(fitted, { targets, logits, source: 'rows' });
    expect(calibration?.temperature).toBeGreaterThan(1.1 * (learned?.temperature ?? Number.NaN));
    const heads = { topic: { data: { label: 'topic' }, calibrate: false } };
    const plain = await train(config('plain', { shots: 6 }, { heads }));
    expect(plain.heads[0]?.calibration).toBeUndefined();
  });

  it('refuses to find out without validation rows when to abstain', async () => {
    const heads = { topic: { data: { label: 'topic' }, abstain: { accuracy: 0.9 } } };
    await expect(train(config('never', { shots: 6 }, { heads }))).rejects.toMatchObject({ code: 'TOO_FEW_EXAMPLES' });
  });

  it('refuses names for what is no label before the encoder is loaded', async () => {
    const heads = { topic: { data: { label: 'topic' }, displayNames: { musik: 'Music' } } };
    const job = setfitModel(config('misnamed', { shots: 6 }, { heads }), {}, unusedLoaders);
    await expect(job).rejects.toMatchObject({ code: 'UNKNOWN_LABEL', details: { head: 'topic', unknown: ['musik'] } });
  });

  it('gives the same for the same seed', async () => {
    const losses = async (output: string): Promise<number[]> => {
      const seen: number[] = [];
      await train(config(output, { shots: 4 }), { onStep: (_, { loss }) => seen.push(loss) });
      return seen;
    };
    expect(await losses('same-one')).toEqual(await losses('same-two'));
  });

  it('trains several heads on one encoder, tunes thresholds without validation rows, and judges with them', async () => {
    const heads = {
      topic: { data: { label: 'topic' } },
      tags: { data: { labels: 'tags' } },
      size: { type: 'ridge', data: { value: 'size' } },
    };
    const plain = await train(config('several', {}, { heads }));
    expect(plain.heads.map(({ name }) => name)).toEqual(['topic', 'tags', 'size']);
    expect(plain.heads[1]?.thresholds?.tunedOn).toContain('cross-validated');
    const data = { train: at('train.jsonl'), test: at('test.jsonl'), validationShare: 0.3 };
    const judged = await train(config('judged', { embedding: { evaluations: 3 } }, { heads, data }));
    expect(judged.report.training?.epochs).toHaveLength(3);
    expect(judged.report.training?.epochs[0]?.validation).toHaveProperty(['topic.macro_f1']);
    expect(judged.heads[1]?.thresholds?.tunedOn).toContain('validation rows');
  });

  it('tells of rows to judge by that train the encoder through another head', async () => {
    const warnings: string[] = [];
    const heads = {
      topic: { data: { label: 'topic' } },
      size: { type: 'ridge', data: { value: 'size', train: at('test.jsonl'), validation: at('test.jsonl') } },
    };
    const data = { train: at('train.jsonl'), validation: at('test.jsonl') };
    const job = setfitModel(
      config('leaking', {}, { data, heads }),
      { onWarning: ({ head, message }) => warnings.push(`${head}: ${message}`) },
      unusedLoaders,
    );
    await expect(job).rejects.toMatchObject({ code: 'INTERNAL' });
    expect(warnings).toEqual([
      'topic: 90 validation rows also in the training data of other heads, from which the encoder learns; the validation figures are too good by that.',
      'size: 90 validation rows also in the training data; the validation figures are too good by that.',
    ]);
  });

  it('trains encoder and head together afterwards where asked', async () => {
    const endToEnd = { epochs: 8, batchSize: 8, learningRate: 0.005, headLearningRate: 0.05 };
    const result = await train(config('joint', { shots: 8, endToEnd }));
    expect(result.heads[0]?.fitted.type).toBe('linear');
    expect(accuracyOf(result)).toBeGreaterThan(0.6);
    expect(result.report.training?.steps.at(-1)?.step).toBe(24);
  });

  it('starts from the names of labels alone', async () => {
    const data = { labelList: ['music', 'sport', 'weather'], label: 'topic', test: at('test.jsonl') };
    const job = config('labels', { templates: {} }, { data, heads: { topic: {} } });
    const result = await train(job);
    expect(result.report.counts.heads['topic']).toMatchObject({ train: 24, labels: 3 });
  });

  it('goes on after a break with the very losses of an uninterrupted training', async () => {
    const whole: number[] = [];
    await train(config('whole', { shots: 5 }), { onStep: (_, { loss }) => whole.push(loss) });
    const broken: number[] = [];
    const stop = new AbortController();
    const onStep = (step: number, { loss }: { loss: number }): void => {
      broken.push(loss);
      if (step === 11) stop.abort();
    };
    const stopped = train(config('broken', { shots: 5 }), { onStep, signal: stop.signal });
    await expect(stopped).rejects.toMatchObject({ code: 'ABORTED' });
    await train(config('broken', { shots: 5 }), { onStep: (_, { loss }) => broken.push(loss), resume: true });
    expect(broken).toEqual(whole);
    expect(await readFile(at('broken', 'polyhead.json'), 'utf8')).toContain('topic');
  });

  it('learns from pairs of one’s own too', async () => {
    const pairs = ['first,second,similarity', 'rain snow,storm fog,1', 'rain snow,jazz choir,0'];
    await writeFile(at('pairs.csv'), pairs.join('\n'));
    const embedding = { epochs: 3, steps: undefined };
    const losses = async (examples: string | undefined): Promise<number[]> => {
      const seen: number[] = [];
      await train(config('pairs', { shots: 4, examples, embedding }), { onStep: (_, { loss }) => seen.push(loss) });
      return seen;
    };
    const [alone, withPairs] = [await losses(undefined), await losses(at('pairs.csv'))];
    // One more batch in each of three passes.
    expect(withPairs).toHaveLength(alone.length + 3);
    await writeFile(at('wrong.csv'), ['first,second,similarity', 'rain,,1'].join('\n'));
    await expect(train(config('pairs', { examples: at('wrong.csv') }))).rejects.toMatchObject({ code: 'BROKEN_ROWS' });
  });
});

it('says which heads of the model that it begins with the new one will not have', async () => {
  const heads = { topic: { data: { label: 'topic' } }, tags: { data: { labels: 'tags' } } };
  await train(config('old', { shots: 4, embedding: { steps: 2 } }, { heads }));
  const warnings: string[] = [];
  const onWarning = ({ message }: { message: string }): unknown => warnings.push(message);
  const short = { shots: 4, embedding: { steps: 2 } };
  await train(config('new', short, { backbone: at('old') }), { onWarning });
  expect(warnings.filter((message) => message.includes('will not have'))).toEqual([
    expect.stringContaining(`"${at('old')}" has the head tags, which`),
  ]);
  await train(config('all', short, { backbone: at('old'), heads }), { onWarning });
  expect(warnings.filter((message) => message.includes('will not have'))).toHaveLength(1);
});

describe('bad input is refused before anything is trained', () => {
  async function trainOn(rows: readonly object[]): Promise<TrainResult> {
    await writeFile(at('bad.jsonl'), rows.map((row) => JSON.stringify(row)).join('\n'));
    return train(config('bad', {}, { data: { train: at('bad.jsonl') } }), {
      onStep: () => expect.unreachable('nothing should be trained'),
    });
  }
  const row = (text: string, topic: string): object => ({ text, topic });

  it.each([
    ['TOO_FEW_CLASSES', [row('a', 'x'), row('b', 'x')]],
    ['TOO_FEW_EXAMPLES', [row('a', 'x'), row('b', 'x'), row('c', 'y')]],
    ['CONFLICTING_LABELS', [row('a', 'x'), row('b', 'x'), row('A', 'y'), row('c', 'y')]],
    ['BROKEN_ROWS', [row('a', 'x'), row('b', 'x'), row(' ', 'x'), row('c', 'y'), row('d', 'y')]],
    ['BROKEN_ROWS', [row('a', 'x'), row('b', 'x'), { text: 'no label' }, row('c', 'y'), row('d', 'y')]],
  ] as const)('%s', async (code, rows) => {
    await expect(trainOn(rows)).rejects.toMatchObject({ code });
  });

  it('a label that the list of labels lacks', async () => {
    const data = { labelList: ['music', 'sport'], label: 'topic', train: at('train.jsonl') };
    await expect(train(config('bad', {}, { data, heads: { topic: {} } }))).rejects.toMatchObject({
      code: 'UNKNOWN_LABEL',
      message: expect.stringContaining('"weather" (30 times, first rows') as string,
    });
  });

  it('rows that cannot be used, unless they are to be skipped, or belong to some of several heads', async () => {
    const rows = [...toyRows(24, 3), { text: '', topic: 'music' }, { text: 'jazz choir', topic: 'music' }];
    await writeFile(at('gaps.jsonl'), rows.map((each) => JSON.stringify(each)).join('\n'));
    const short = { embedding: { steps: 1 } };
    const data = { train: at('gaps.jsonl') };
    await expect(train(config('gaps', short, { data }))).rejects.toMatchObject({ code: 'BROKEN_ROWS' });
    const skipped = await train(config('gaps', short, { data: { ...data, onBrokenRow: 'skip' } }));
    expect(skipped.report.counts.heads['topic']).toMatchObject({ train: 25, skipped_rows: 1 });
    const heads = { topic: { data: { label: 'topic' } }, tags: { data: { labels: 'tags' } } };
    const warnings: string[] = [];
    const onWarning = ({ message }: { message: string }): unknown => warnings.push(message);
    const { report } = await train(config('gaps', short, { data, heads }), { onWarning });
    const reported = { skipped_rows: 1 };
    expect(report.counts.heads).toMatchObject({ topic: { train: 25, ...reported }, tags: { train: 24, ...reported } });
    expect(warnings.filter((message) => message.includes('skipped'))).toEqual([expect.stringMatching(/^1 row of /)]);
  });

  it.each([
    [{ embedding: { loss: 'nonsense' as 'cosent' } }, 'setfit.embedding.loss'],
    [{ embedding: { loss: { name: 'contrastive' as const, margin: -1 } } }, 'setfit.embedding.loss'],
    [{ embedding: { earlyStopping: { metric: 'loss' } } }, 'setfit.embedding.earlyStopping.metric'],
  ])('settings that do not fit: %j', (setfit, field) => {
    expect(() => config('bad', setfit)).toThrow(field);
  });
});
