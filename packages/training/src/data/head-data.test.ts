import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findLeaks, normalizeText } from '@polyhead/data';
import { createRandomGenerator } from '@polyhead/numerics';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkQuality } from './check-quality.ts';
import { loadHeadData } from './head-data.ts';

let folder: string;
const file = (name: string): string => join(folder, name);
const csv = (rows: readonly (readonly [string, string])[]): string =>
  ['text,label', ...rows.map(([text, label]) => `${text},${label}`)].join('\n');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polyhead-head-data-'));
  const rows = Array.from(
    { length: 50 },
    (_, index) => [`text number ${index}`, index % 5 === 0 ? 'rare' : 'common'] as const,
  );
  await writeFile(file('train.csv'), csv(rows));
  await writeFile(
    file('test.csv'),
    csv([
      ['Text  NUMBER 3', 'common'],
      ['something new', 'rare'],
    ]),
  );
  await writeFile(
    file('single.csv'),
    csv([
      ['a', 'only'],
      ['b', 'only'],
    ]),
  );
  await writeFile(file('strange.csv'), csv([['something new', 'unheard']]));
  await writeFile(
    file('repeated.csv'),
    csv([...rows, ['text number 1', 'common'], ['text number 2', 'rare'], ['', 'rare']]),
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const defaults = { validationShare: 0.2, onBrokenRow: 'skip' } as const;
const random = (): ReturnType<typeof createRandomGenerator> => createRandomGenerator(1);

describe('loadHeadData', () => {
  it('holds out a stratified share, the same for the same seed', async () => {
    const data = await loadHeadData({ train: file('train.csv'), ...defaults }, random());
    const again = await loadHeadData({ train: file('train.csv'), ...defaults }, random());
    expect(data.train.texts.length).toBe(40);
    expect(data.validation?.texts.length).toBe(10);
    expect(new Set([...data.train.texts, ...(data.validation?.texts ?? [])]).size).toBe(50);
    expect(again.validation?.texts).toEqual(data.validation?.texts);
    const targets = data.validation?.targets;
    if (targets?.task !== 'single-label') throw new TypeError('expected single labels');
    const rare = targets.classIndices.filter((index) => targets.labels[index] === 'rare');
    expect(rare.length).toBe(2);
  });

  it('holds out equal texts together', async () => {
    const rows = Array.from(
      { length: 60 },
      (_, index) =>
        [`${index % 2 === 0 ? 'text' : 'TEXT '} ${Math.floor(index / 2)}`, index % 4 < 2 ? 'a' : 'b'] as const,
    );
    await writeFile(file('twice.csv'), csv(rows));
    const data = await loadHeadData({ train: file('twice.csv'), ...defaults }, random());
    expect(data.validation?.texts).toHaveLength(12);
    expect(findLeaks(data.train, data.validation ?? data.train).leakedRows).toBe(0);
    const { counts, warnings } = checkQuality('twice', data);
    expect(counts).toMatchObject({ duplicates: 24, validation_leaks: 0 });
    expect(warnings).toHaveLength(1);
  });

  it('holds nothing out where the share is 0', async () => {
    const data = await loadHeadData({ train: file('train.csv'), ...defaults, validationShare: 0 }, random());
    expect(data.train.texts.length).toBe(50);
    expect(data.validation).toBeUndefined();
  });

  it('uses a validation file as it is', async () => {
    const data = await loadHeadData({ train: file('train.csv'), validation: file('test.csv'), ...defaults }, random());
    expect(data.train.texts.length).toBe(50);
    expect(data.validation?.texts).toEqual(['Text  NUMBER 3', 'something new']);
    expect(data.validationSource).toBe(file('test.csv'));
  });

  it('refuses one class only, naming the file', async () => {
    await expect(loadHeadData({ train: file('single.csv'), ...defaults }, random())).rejects.toMatchObject({
      code: 'TOO_FEW_CLASSES',
      message: expect.stringContaining('single.csv') as string,
    });
  });

  it('refuses a test label that training lacks, naming it', async () => {
    await expect(
      loadHeadData({ train: file('train.csv'), test: file('strange.csv'), ...defaults }, random()),
    ).rejects.toMatchObject({
      code: 'UNKNOWN_LABEL',
      message: expect.stringContaining('unheard') as string,
    });
  });
});

describe('checkQuality', () => {
  it('counts repeats, contradictions and leaks, and words them', async () => {
    const data = await loadHeadData(
      { train: file('repeated.csv'), validation: file('test.csv'), test: file('test.csv'), ...defaults },
      random(),
    );
    const { counts, warnings } = checkQuality('intent', data);
    expect(counts).toEqual({ duplicates: 1, conflicting_duplicates: 2, validation_leaks: 1, test_leaks: 1 });
    expect(data.problems).toHaveLength(1);
    expect(warnings.map(({ message }) => message)).toContain(
      '1 validation row also in the training data; the validation figures are too good by that.',
    );
    expect(warnings).toHaveLength(4);
  });

  it('counts rows to judge by that train the encoder through another head, and words them apart', async () => {
    const files = { train: file('train.csv'), validation: file('test.csv'), test: file('test.csv') };
    const data = await loadHeadData({ ...files, ...defaults }, random());
    const learned = new Set([...data.train.texts, 'Something NEW'].map(normalizeText));
    const { counts, warnings } = checkQuality('intent', data, learned);
    expect(counts).toMatchObject({ validation_leaks: 2, test_leaks: 2 });
    expect(warnings.map(({ message }) => message)).toEqual(
      ['validation', 'test'].flatMap((part) => [
        `1 ${part} row also in the training data; the ${part} figures are too good by that.`,
        `1 ${part} row also in the training data of other heads, from which the encoder learns; the ${part} figures are too good by that.`,
      ]),
    );
    expect(checkQuality('intent', data).counts).toMatchObject({ validation_leaks: 1, test_leaks: 1 });
  });

  it('names labels of a multi-label head that no training row has', () => {
    const targets = {
      task: 'multi-label',
      labels: ['a', 'b', 'c'],
      indicators: Uint8Array.of(1, 0, 0, 1, 0, 0),
    } as const;
    const train = { texts: ['one', 'two'], targets };
    const data = { train, validation: undefined, test: undefined, validationSource: 'none', problems: [] };
    expect(checkQuality('tags', data).warnings).toEqual([
      { head: 'tags', message: 'No training row has the labels "b", "c"; nothing of them is learned.' },
    ]);
  });
});
