import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { countLabels, normalizeText } from '@polyhead/data';
import { createRandomGenerator } from '@polyhead/numerics';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseTrainingConfig } from '../../config/parse-config.ts';
import type { FinetuneConfig, HeadConfigInput } from '../../config/training-config.ts';
import { loadHeadData } from '../../data/head-data.ts';
import { loadJointData, type JointData } from './load-joint-data.ts';
import { splitFiles, type FileOfHeads } from './split-files.ts';

let folder: string;
const at = (name: string): string => join(folder, name);
const numbers = (count: number): number[] => [...Array(count).keys()];

async function writeCsv(name: string, rows: readonly (readonly [text: string, label: string])[]): Promise<void> {
  await writeFile(at(name), ['text,label', ...rows.map((row) => row.join(','))].join('\n'));
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polyhead-split-files-'));
  const emotions = ['joy', 'anger', 'fear'];
  await writeCsv(
    'emotion.csv',
    numbers(120).map((row) => [`text ${row}`, emotions[row % 3] ?? '']),
  );
  // The same texts in another order and spelling, and one label that has two rows.
  await writeCsv(
    'sentiment.csv',
    numbers(120).map((row) => [
      `Text  ${(row * 7) % 120}`,
      row === 5 || row === 50 ? 'neutral' : row % 2 === 0 ? 'good' : 'bad',
    ]),
  );
  await writeCsv(
    'half.csv',
    numbers(100).map((row) => [`text ${row + 60}`, row % 2 === 0 ? 'yes' : 'no']),
  );
  await writeCsv(
    'other.csv',
    numbers(50).map((row) => [`other ${row}`, row % 2 === 0 ? 'high' : 'low']),
  );
  await writeCsv('check.csv', [
    ['something new', 'joy'],
    ['something else', 'fear'],
  ]);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

type Data = NonNullable<HeadConfigInput['data']>;

function load(heads: Readonly<Record<string, Data>>): Promise<JointData> {
  const named = Object.entries(heads).map(([name, data]): [string, HeadConfigInput] => [
    name,
    { data: { label: 'label', ...data } },
  ]);
  const config = parseTrainingConfig({ method: 'finetune', heads: Object.fromEntries(named), output: 'model' });
  if (config.method !== 'finetune') throw new TypeError('expected a finetune configuration');
  return loadJointData(config.heads, { random: createRandomGenerator(4) });
}

function expectApart({ train, validation }: JointData): void {
  const trained = new Set(train.texts.map(normalizeText));
  expect(validation.texts.filter((text) => trained.has(normalizeText(text)))).toEqual([]);
}

const heldOut = (data: JointData, head: string): readonly string[] => data.heads.get(head)?.validation?.texts ?? [];

describe('validation rows of several files', () => {
  it('train no head, where two files hold the same texts', async () => {
    const data = await load({ emotion: { train: at('emotion.csv') }, sentiment: { train: at('sentiment.csv') } });
    expectApart(data);
    expect([heldOut(data, 'emotion').length, heldOut(data, 'sentiment').length]).toEqual([24, 24]);
    expect(heldOut(data, 'sentiment').map(normalizeText).sort()).toEqual([...heldOut(data, 'emotion')].sort());
    for (const { train } of data.heads.values()) expect(Math.min(...countLabels(train.targets))).toBeGreaterThan(0);
    expect(data.sources).toHaveLength(2);
  });

  it('train no head, where files share some texts', async () => {
    const data = await load({ emotion: { train: at('emotion.csv') }, half: { train: at('half.csv') } });
    expectApart(data);
    expect(Math.abs(heldOut(data, 'emotion').length - 24)).toBeLessThanOrEqual(2);
    expect(Math.abs(heldOut(data, 'half').length - 20)).toBeLessThanOrEqual(2);
    expect(data.train.texts.length + data.validation.texts.length).toBe(220);
  });

  it.each<[string, Data]>([
    ['has a validation file', { validation: 'check.csv' }],
    ['holds nothing out', { validationShare: 0 }],
  ])('train no head either whose file %s', async (_, { validation, validationShare }) => {
    const own = validation === undefined ? { validationShare: validationShare ?? 0 } : { validation: at(validation) };
    const data = await load({
      emotion: { train: at('emotion.csv'), ...own },
      sentiment: { train: at('sentiment.csv') },
    });
    expectApart(data);
    expect(heldOut(data, 'sentiment')).toHaveLength(24);
    expect(data.heads.get('emotion')?.train.texts).toHaveLength(96);
    expect(data.heads.get('emotion')?.validation?.texts.length).toBe(validation === undefined ? undefined : 2);
    expect(data.validation.heads['emotion']?.targets.task).toBe(validation === undefined ? undefined : 'single-label');
  });

  it('are those of each file alone, where files share no text', async () => {
    const data = await load({
      emotion: { train: at('emotion.csv') },
      other: { train: at('other.csv'), validationShare: 0.5 },
    });
    for (const [name, validationShare] of [
      ['emotion', 0.2],
      ['other', 0.5],
    ] as const) {
      const alone = { train: at(`${name}.csv`), label: 'label', validationShare, onBrokenRow: 'skip' } as const;
      const frozen = await loadHeadData(alone, createRandomGenerator(4).fork(`split ${name}`));
      expect(data.heads.get(name)?.validation).toEqual(frozen.validation);
    }
  });

  it('cannot be different shares of the same texts', async () => {
    const heads = {
      emotion: { train: at('emotion.csv') },
      half: { train: at('half.csv'), validationShare: 0.5 },
    };
    await expect(load(heads)).rejects.toMatchObject({
      code: 'INVALID_CONFIGURATION',
      message: expect.stringMatching(/emotion, half .*0\.2, 0\.5.*emotion\.csv.*half\.csv/) as string,
    });
  });
});

/** Rows with one of three labels each; the texts are numbers, none twice in a file. */
const fileOfNumbers = fc
  .uniqueArray(fc.tuple(fc.integer({ min: 0, max: 80 }), fc.integer({ min: 0, max: 2 })), {
    minLength: 20,
    maxLength: 60,
    selector: ([number]) => number,
  })
  .map((rows) => ({
    texts: rows.map(([number], row) => (row % 2 === 0 ? `Text ${number}` : ` text  ${number}`)),
    classIndices: Int32Array.from(rows, ([, label]) => label),
  }));

function toFile({ texts, classIndices }: { texts: string[]; classIndices: Int32Array }, place: number): FileOfHeads {
  const [name, file] = [`head-${place}`, `${place}.csv`];
  const rows = Int32Array.from(texts.keys());
  const targets = { task: 'single-label', labels: ['a', 'b', 'c'], classIndices } as const;
  const head = { columns: { task: 'single-label', label: 'label' }, targets, rows, unlabelled: 0 } as const;
  const loaded = { file, textColumn: 'text', texts, fileRows: rows, heads: new Map([[name, head]]), problems: [] };
  return { group: { file, text: undefined, heads: [name] }, loaded };
}

it('any files are split by text, in the right share, and every label keeps a row to train on', () => {
  const { heads } = parseTrainingConfig({
    method: 'finetune',
    data: { train: 'x.csv', label: 'label' },
    heads: { 'head-0': {}, 'head-1': {}, 'head-2': {} },
    output: 'model',
  }) as FinetuneConfig;
  fc.assert(
    fc.property(fc.array(fileOfNumbers, { minLength: 1, maxLength: 3 }), fc.nat(), (contents, seed) => {
      const files = contents.map(toFile);
      const splits = splitFiles(files, heads, createRandomGenerator(seed));
      const [trained, judged] = [new Set<string>(), new Set<string>()];
      let heldOut = 0;
      for (const [place, { texts, classIndices }] of contents.entries()) {
        const { train, validation } = splits[place] ?? { train: [], validation: [] };
        expect([...train, ...validation].sort((first, second) => first - second)).toEqual([...texts.keys()]);
        for (const row of train) trained.add(normalizeText(texts[row] ?? ''));
        for (const row of validation) judged.add(normalizeText(texts[row] ?? ''));
        expect(new Set(Array.from(train, (row) => classIndices[row]))).toEqual(new Set(classIndices));
        heldOut += validation.length;
      }
      expect([...judged].filter((text) => trained.has(text))).toEqual([]);
      const rows = contents.reduce((sum, { texts }) => sum + texts.length, 0);
      expect(Math.abs(heldOut - 0.2 * rows)).toBeLessThan(1 + contents.length);
    }),
    { numRuns: 200 },
  );
});

describe('a file that several heads name', () => {
  it('is one source and is split once, whether the text column is named or found, and however its path is written', async () => {
    const data = await load({
      found: { train: at('emotion.csv') },
      named: { train: at('emotion.csv'), text: 'text' },
      elsewhere: { train: relative(process.cwd(), at('emotion.csv')) },
    });
    expect(data.sources).toEqual([at('emotion.csv')]);
    expect(data.train.texts.length + data.validation.texts.length).toBe(120);
    expectApart(data);
  });

  it('is two sources where two columns of texts are meant, none of whose rows to judge by trains', async () => {
    const rows = numbers(60).map((row) => `text ${row},title ${row % 40},${row % 2 === 0 ? 'a' : 'b'}`);
    await writeFile(at('titles.csv'), ['text,title,label', ...rows].join('\n'));
    const data = await load({ body: { train: at('titles.csv') }, title: { train: at('titles.csv'), text: 'title' } });
    expect(data.sources).toHaveLength(2);
    expectApart(data);
  });
});

describe('few rows a label', () => {
  it('are split in the right share for two heads of one file', async () => {
    const rows = numbers(400).map((row) => `text ${row},topic ${row % 100},${row % 2 === 0 ? 'a' : 'b'}`);
    await writeFile(at('topics.csv'), ['text,topic,side', ...rows].join('\n'));
    const train = at('topics.csv');
    const data = await load({
      topic: { train, label: 'topic', validationShare: 0.1 },
      side: { train, label: 'side', validationShare: 0.1 },
    });
    expect(data.validation.texts).toHaveLength(40);
  });

  it('are split as those of one head where the others predict numbers', async () => {
    const rows = numbers(300).map((row) => `text ${row},topic ${row % 100},${row}`);
    await writeFile(at('stars.csv'), ['text,topic,stars', ...rows].join('\n'));
    const config = parseTrainingConfig({
      method: 'finetune',
      data: { train: at('stars.csv') },
      heads: { stars: { data: { value: 'stars' } }, topic: { data: { label: 'topic' } } },
      output: 'model',
    });
    if (config.method !== 'finetune') throw new TypeError('expected a finetune configuration');
    const data = await loadJointData(config.heads, { random: createRandomGenerator(4) });
    const alone = { train: at('stars.csv'), label: 'topic', validationShare: 0.2, onBrokenRow: 'skip' } as const;
    const frozen = await loadHeadData(alone, createRandomGenerator(4).fork('split stars topic'));
    expect(data.heads.get('topic')?.validation).toEqual(frozen.validation);
    expect(data.validation.texts).toHaveLength(60);
  });
});

describe('a head without labels', () => {
  it('is refused as a frozen encoder refuses it', async () => {
    const rows = numbers(20).map((row) => `text ${row},,same`);
    await writeFile(at('empty.csv'), ['text,tags,label', ...rows].join('\n'));
    const train = at('empty.csv');
    const none = {
      code: 'TOO_FEW_CLASSES',
      message: expect.stringContaining(`"${train}" has no example of any label`) as string,
    };
    await expect(load({ tags: { train, label: undefined, labels: 'tags' } })).rejects.toMatchObject(none);
    await expect(
      loadHeadData({ train, labels: 'tags', validationShare: 0.2, onBrokenRow: 'skip' }, createRandomGenerator(1)),
    ).rejects.toMatchObject(none);
    await expect(load({ label: { train } })).rejects.toMatchObject({ code: 'TOO_FEW_CLASSES' });
    const both = { tags: { train, label: undefined, labels: 'tags' }, emotion: { train: at('emotion.csv') } };
    await expect(load(both)).rejects.toMatchObject(none);
  });
});
