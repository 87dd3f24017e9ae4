import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultOptimization } from '../finetune/settings.ts';
import { loadTrainingConfig, parseTrainingConfig } from './parse-config.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polyhead-config-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const minimal = { heads: { intent: { data: { train: 'train.csv' } } }, output: 'model' };

describe('parseTrainingConfig', () => {
  it('fills in every default', () => {
    expect(parseTrainingConfig(minimal)).toEqual({
      method: 'frozen',
      backbone: { reference: 'all-MiniLM-L6-v2', longText: 'truncate' },
      heads: {
        intent: {
          type: 'logistic-regression',
          options: {},
          data: { train: 'train.csv', validationShare: 0.2, onBrokenRow: 'skip' },
          thresholds: { tune: true, metric: 'f1' },
          calibrate: true,
        },
      },
      seed: 42,
      output: 'model',
      selfContained: false,
      embeddingCache: true,
    });
  });

  it('takes a backbone as a name or as an object, and its own output', () => {
    const config = parseTrainingConfig({ ...minimal, backbone: 'intfloat/multilingual-e5-small' });
    expect(config.backbone.reference).toBe('intfloat/multilingual-e5-small');
    expect(parseTrainingConfig({ ...minimal, backbone: { prompt: 'query: ' } }).backbone).toMatchObject({
      reference: 'all-MiniLM-L6-v2',
      prompt: 'query: ',
    });
    expect(parseTrainingConfig(config)).toEqual(config);
  });

  it('takes the shortest length that an encoder takes', () => {
    expect(parseTrainingConfig({ ...minimal, backbone: { maximumLength: 3 } }).backbone.maximumLength).toBe(3);
  });

  it.each([
    ['an unknown field', { ...minimal, haeds: {} }, 'haeds'],
    ['a missing output', { heads: minimal.heads }, '"output"'],
    ['no heads', { ...minimal, heads: {} }, 'names no head'],
    [
      'a head name with a slash',
      { ...minimal, heads: { '../x': { data: { train: 'a' } } } },
      '"heads.../x": a head name has lower-case letters',
    ],
    [
      'a head name that exports take',
      { ...minimal, heads: { model: { data: { train: 'a' } } } },
      '"heads.model": a head',
    ],
    [
      'a head name that is too long',
      { ...minimal, heads: { ['x'.repeat(65)]: { data: { train: 'a' } } } },
      'at most 64',
    ],
    ['room for no word', { ...minimal, backbone: { maximumLength: 2 } }, '"backbone.maximumLength"'],
    [
      'two kinds of labels',
      { ...minimal, heads: { a: { data: { train: 'a', label: 'x', value: 'y' } } } },
      'label and value',
    ],
    ['a probability above 1', { ...minimal, heads: { a: { data: { train: 'a' }, abstain: 60 } } }, '"heads.a.abstain"'],
    [
      'an accuracy of 0',
      { ...minimal, heads: { a: { data: { train: 'a' }, abstain: { accuracy: 0 } } } },
      '"heads.a.abstain.accuracy"',
    ],
    [
      'a share of 1',
      { ...minimal, heads: { a: { data: { train: 'a', validationShare: 1 } } } },
      '"heads.a.data.validationShare"',
    ],
    [
      'an empty name to show',
      { ...minimal, heads: { a: { data: { train: 'a' }, displayNames: { x: ' ' } } } },
      '"heads.a.displayNames.x": must not be empty',
    ],
    ['a negative seed', { ...minimal, seed: -1 }, '"seed"'],
    ['an unknown method', { ...minimal, method: 'magic' }, '"method"'],
    ['not an object', 'text', 'the configuration'],
  ])('refuses %s and names the field', (_name, value: unknown, part) => {
    expect(() => parseTrainingConfig(value, 'x.yaml')).toThrow(
      expect.objectContaining({ code: 'INVALID_CONFIGURATION', message: expect.stringContaining(part) as string }),
    );
  });
});

describe('method finetune', () => {
  const finetune = { ...minimal, method: 'finetune' as const };

  it('fills in every default of its own', () => {
    const config = parseTrainingConfig(finetune);
    expect(config).toMatchObject({
      method: 'finetune',
      backbone: { maximumLength: 128 },
      heads: { intent: { type: 'linear' } },
      weights: 'given',
      selfContained: true,
      training: {
        trainable: 'all',
        learningRate: 5e-5,
        epochs: 3,
        batchSize: 32,
        dropout: 0.1,
        warmupShare: 0.1,
        schedule: 'linear',
        optimizer: 'adamw',
        weightDecay: 0.01,
        gradientClip: 1,
        sampling: 'proportional',
        earlyStopping: { metric: 'score', patience: 0 },
        checkpoints: { everySteps: 200, keep: 2 },
        lazyEmbeddings: false,
      },
    });
    expect(parseTrainingConfig(config)).toEqual(config);
  });

  it('has the defaults of the library', () => {
    const config = parseTrainingConfig(finetune);
    if (config.method !== 'finetune') throw new TypeError('expected finetune');
    expect(config.training).toMatchObject(defaultOptimization);
  });

  it('lets heads share a data section; a head with a column of its own does not take the shared one', () => {
    const config = parseTrainingConfig({
      method: 'finetune',
      data: { train: 'all.csv', text: 'body', label: 'intent', validationShare: 0.1 },
      heads: { intent: {}, stars: { task: 'regression', data: { value: 'stars' } } },
      output: 'model',
    });
    expect(config.heads['intent']?.data).toMatchObject({ train: 'all.csv', text: 'body', label: 'intent' });
    expect(config.heads['stars']?.data).toEqual({
      train: 'all.csv',
      text: 'body',
      value: 'stars',
      validationShare: 0.1,
      onBrokenRow: 'skip',
    });
  });

  it('gives a head with a training file of its own no files that go with the common one', () => {
    const config = parseTrainingConfig({
      method: 'finetune',
      data: { train: 'all.csv', validation: 'v.csv', test: 'test.csv', labelList: ['a', 'b'], text: 'body' },
      heads: { intent: {}, spam: { data: { train: 'mails.csv', label: 'spam' } } },
      output: 'model',
    });
    expect(config.heads['intent']?.data).toMatchObject({
      validation: 'v.csv',
      test: 'test.csv',
      labelList: ['a', 'b'],
    });
    expect(config.heads['spam']?.data).toEqual({
      train: 'mails.csv',
      text: 'body',
      label: 'spam',
      validationShare: 0.2,
      onBrokenRow: 'skip',
    });
  });

  const head = (fields: object): object => ({ ...finetune, heads: { intent: { ...minimal.heads.intent, ...fields } } });
  it.each([
    ['another type of head', head({ type: 'ridge' }), 'heads.intent.type'],
    ['options of a head type', head({ options: { C: 1 } }), 'heads.intent.options'],
    ['a weight beside weights that are found', { ...head({ weight: 2 }), weights: 'converged' }, 'heads.intent.weight'],
    ['windows', { ...finetune, backbone: { longText: 'windows' } }, 'backbone.longText'],
    ['an encoder left out of the folder', { ...finetune, selfContained: false }, 'selfContained'],
    ['adapters beside a choice of layers', { ...finetune, training: { lora: {}, trainable: 'biases' } }, 'trainable'],
    [
      'adapters kept that are trained over',
      { ...minimal, method: 'setfit', setfit: { embedding: { lora: { keepAdapters: true } }, endToEnd: {} } },
      'setfit.embedding.lora.keepAdapters',
    ],
    ['no data', { ...finetune, heads: { intent: {} } }, 'heads.intent.data.train'],
    ['a training section for frozen', { ...minimal, training: { epochs: 1 } }, '"training"'],
    ['a loss for frozen', { ...head({ loss: 'focal' }), method: 'frozen' }, 'heads.intent.loss'],
    ['an unknown loss', head({ loss: 'hinge' }), 'heads.intent.loss'],
    ['a warm-up longer than training', { ...finetune, training: { warmupShare: 1 } }, 'training.warmupShare'],
    [
      'an option of another schedule',
      { ...finetune, training: { schedule: { kind: 'cosine', patience: 3 } } },
      '"training.schedule.patience": is no option of the schedule cosine',
    ],
    ['too few layers', { ...finetune, training: { trainable: { lastLayers: 0 } } }, '"training.trainable.lastLayers"'],
    [
      'patience without validation rows',
      {
        ...finetune,
        heads: { intent: { data: { train: 'train.csv', validationShare: 0 } } },
        training: { earlyStopping: { patience: 2 } },
      },
      '"training.earlyStopping.patience": needs validation rows',
    ],
    [
      'patience in few-shot training without them',
      { ...minimal, method: 'setfit', setfit: { embedding: { earlyStopping: { patience: 2 } } } },
      '"setfit.embedding.earlyStopping.patience"',
    ],
  ])('refuses %s and names the field', (_name, value: unknown, part) => {
    expect(() => parseTrainingConfig(value, 'x.yaml')).toThrow(
      expect.objectContaining({ code: 'INVALID_CONFIGURATION', message: expect.stringContaining(part) as string }),
    );
  });
});

describe('loadTrainingConfig', () => {
  it('reads YAML and JSON alike, with paths relative to the file', async () => {
    const yaml = join(folder, 'job.yaml');
    const json = join(folder, 'job.json');
    await writeFile(
      yaml,
      'backbone: ./encoder\nheads:\n  intent:\n    data: { train: train.csv, test: /data/test.csv }\noutput: model\n',
    );
    await writeFile(
      json,
      JSON.stringify({
        backbone: './encoder',
        heads: { intent: { data: { train: 'train.csv', test: '/data/test.csv' } } },
        output: 'model',
      }),
    );
    const config = await loadTrainingConfig(yaml);
    expect(config).toEqual(await loadTrainingConfig(json));
    expect(config.output).toBe(join(folder, 'model'));
    expect(config.backbone.reference).toBe(join(folder, 'encoder'));
    expect(config.heads['intent']?.data).toMatchObject({ train: join(folder, 'train.csv'), test: '/data/test.csv' });
  });

  it('names the line of a syntax error, and the file of any other', async () => {
    const path = join(folder, 'broken.yaml');
    await writeFile(path, 'heads:\n  intent: [1, 2\noutput: model\n');
    await expect(loadTrainingConfig(path)).rejects.toMatchObject({
      code: 'INVALID_CONFIGURATION',
      details: { file: path },
    });
    await expect(loadTrainingConfig(path)).rejects.toThrow(/at line \d/);
    await expect(loadTrainingConfig(join(folder, 'none.yaml'))).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    await writeFile(join(folder, 'job.toml'), '');
    await expect(loadTrainingConfig(join(folder, 'job.toml'))).rejects.toMatchObject({ code: 'INVALID_CONFIGURATION' });
  });
});
