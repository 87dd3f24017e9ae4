import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createConfigJsonSchema } from './json-schema.ts';
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

  it.each([
    ['an unknown field', { ...minimal, haeds: {} }, 'haeds'],
    ['a missing output', { heads: minimal.heads }, '"output"'],
    ['no heads', { ...minimal, heads: {} }, 'names no head'],
    ['a head name with a slash', { ...minimal, heads: { '../x': { data: { train: 'a' } } } }, '../x'],
    [
      'two kinds of labels',
      { ...minimal, heads: { a: { data: { train: 'a', label: 'x', value: 'y' } } } },
      'label and value',
    ],
    [
      'a share of 1',
      { ...minimal, heads: { a: { data: { train: 'a', validationShare: 1 } } } },
      '"heads.a.data.validationShare"',
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

describe('the published JSON Schema', () => {
  it('is the one that the code makes', async () => {
    const published: unknown = JSON.parse(
      await readFile(join(import.meta.dirname, '../../../../docs/configuration.schema.json'), 'utf8'),
    );
    expect(published).toEqual(JSON.parse(JSON.stringify(createConfigJsonSchema())));
  });
});
