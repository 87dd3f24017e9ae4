import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandomGenerator } from '@polyhead/numerics';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseTrainingConfig } from '../../config/parse-config.ts';
import type { HeadConfigInput, TrainingConfigInput } from '../../config/training-config.ts';
import { loadHeadData } from '../../data/head-data.ts';
import { loadJointData, type JointData } from './load-joint-data.ts';

let folder: string;
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polyhead-joint-data-'));
  const rows = Array.from({ length: 100 }, (_, row) => ({
    text: `text ${row}`,
    intent: ['buy', 'sell', 'ask'][row % 3],
    ...(row % 2 === 0 ? { tags: row % 4 === 0 ? ['loud', 'new'] : [] } : {}),
    ...(row % 10 === 0 ? { stars: row / 10 } : {}),
  }));
  await writeFile(at('all.jsonl'), rows.map((row) => JSON.stringify(row)).join('\n'));
  const other = Array.from({ length: 40 }, (_, row) => `other ${row},${row % 2 === 0 ? 'good' : 'bad'}`);
  await writeFile(at('other.csv'), ['body,mood', ...other].join('\n'));
  await writeFile(at('check.jsonl'), JSON.stringify({ text: 'check', intent: 'buy', stars: 3 }));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const one = {
  intent: { data: { label: 'intent' } },
  tags: { data: { labels: 'tags' } },
  stars: { data: { value: 'stars' } },
};

function load(
  heads: Record<string, HeadConfigInput>,
  data: TrainingConfigInput['data'] = { train: at('all.jsonl') },
): Promise<JointData> {
  const config = parseTrainingConfig({ method: 'finetune', data, heads, output: 'model' });
  if (config.method !== 'finetune') throw new TypeError('expected a finetune configuration');
  return loadJointData(config.heads, { random: createRandomGenerator(4) });
}

describe('loadJointData', () => {
  it('makes one row of every row of a file, with the targets that it has', async () => {
    const { train, validation, heads } = await load(one);
    expect(train.texts.length + validation.texts.length).toBe(100);
    expect(new Set([...train.texts, ...validation.texts]).size).toBe(100);
    const rows = (name: string): number =>
      (train.heads[name]?.rows?.length ?? 0) + (validation.heads[name]?.rows?.length ?? 0);
    expect([rows('intent'), rows('tags'), rows('stars')]).toEqual([100, 50, 10]);
    const tags = train.heads['tags'];
    if (tags?.targets.task !== 'multi-label') throw new TypeError('expected tags');
    tags.rows?.forEach((row, target) => {
      const number = Number(train.texts[row]?.split(' ')[1]);
      expect(tags.targets.task === 'multi-label' && tags.targets.indicators[target * 2]).toBe(number % 4 === 0 ? 1 : 0);
    });
    expect(heads.get('stars')?.train.texts.length).toBe(train.heads['stars']?.rows?.length);
  });

  it('keeps equal texts on one side when it holds rows out', async () => {
    const rows = Array.from({ length: 60 }, (_, row) => ({
      text: `Text ${row % 20}`,
      intent: row % 2 === 0 ? 'buy' : 'ask',
    }));
    await writeFile(at('repeated.jsonl'), rows.map((row) => JSON.stringify(row)).join('\n'));
    for (const heads of [{ intent: one.intent }, { intent: one.intent, again: one.intent }]) {
      const { train, validation } = await load(heads, { train: at('repeated.jsonl') });
      expect(validation.texts.length).toBeGreaterThan(5);
      const trained = new Set(train.texts);
      expect(validation.texts.filter((text) => trained.has(text))).toEqual([]);
    }
  });

  it('keeps the labels of all heads in proportion when it holds rows out', async () => {
    const { validation } = await load(one);
    expect(Math.abs(validation.texts.length - 20)).toBeLessThanOrEqual(2);
    const intent = validation.heads['intent']?.targets;
    if (intent?.task !== 'single-label') throw new TypeError('expected intents');
    const counts = [0, 1, 2].map((label) => intent.classIndices.filter((index) => index === label).length);
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(2);
  });

  it('holds out the same rows as a frozen encoder would for a single head', async () => {
    const { heads } = await load({ intent: one.intent });
    const config = { train: at('all.jsonl'), label: 'intent', validationShare: 0.2, onBrokenRow: 'skip' } as const;
    const frozen = await loadHeadData(config, createRandomGenerator(4).fork('split intent'));
    expect(heads.get('intent')?.validation).toEqual(frozen.validation);
  });

  it('mixes files, and tells rows of one from those of another', async () => {
    const { train, sources } = await load({
      ...one,
      mood: { data: { train: at('other.csv'), text: 'body', label: 'mood' } },
    });
    expect(sources).toEqual([at('all.jsonl'), at('other.csv')]);
    const mood = train.heads['mood']?.rows ?? new Int32Array(0);
    expect(mood).toHaveLength(32);
    expect([...mood].every((row) => train.sources?.[row] === 1 && train.texts[row]?.startsWith('other'))).toBe(true);
    expect(train.heads['intent']?.rows?.every((row) => train.sources?.[row] === 0)).toBe(true);
  });

  it('counts a wrong target for its head alone, and a broken row for all', async () => {
    const rows = Array.from({ length: 40 }, (_, row) => ({
      text: row === 7 ? ' ' : `text ${row}`,
      ...(row < 30 ? { intent: ['buy', 'ask'][row % 2] } : {}),
      ...(row < 20 ? { stars: row < 5 ? 'n/a' : row } : {}),
    }));
    await writeFile(at('wrong.jsonl'), rows.map((row) => JSON.stringify(row)).join('\n'));
    const { heads } = await load({ intent: one.intent, stars: one.stars }, { train: at('wrong.jsonl') });
    const reported = (name: string): (string | undefined)[] => heads.get(name)?.problems.map(({ head }) => head) ?? [];
    expect(reported('intent')).toEqual([undefined]);
    expect(reported('stars')).toEqual([...Array.from({ length: 5 }, () => 'stars'), undefined]);
  });

  it('leaves rows to heads of other files, but not if there are none', async () => {
    const rows = Array.from({ length: 40 }, (_, row) => ({
      text: `text ${row}`,
      ...(row < 15 ? { intent: ['buy', 'ask'][row % 2] } : {}),
    }));
    await writeFile(at('others.jsonl'), rows.map((row) => JSON.stringify(row)).join('\n'));
    const mood = { data: { train: at('other.csv'), text: 'body', label: 'mood' } };
    const { train, validation } = await load({ intent: one.intent, mood }, { train: at('others.jsonl') });
    expect(train.texts.length + validation.texts.length).toBe(55);
    await expect(load({ intent: one.intent }, { train: at('others.jsonl') })).rejects.toMatchObject({
      code: 'BROKEN_ROWS',
    });
  });

  it('holds nothing out where the share is 0', async () => {
    const { train, validation, heads } = await load({
      intent: { data: { label: 'intent', validationShare: 0 } },
    });
    expect(train.texts).toHaveLength(100);
    expect(validation.texts).toEqual([]);
    expect(heads.get('intent')?.validation).toBeUndefined();
  });

  it('takes validation and test files for the heads that name them, with the labels of the training rows', async () => {
    const { train, validation, heads } = await load({
      intent: { data: { label: 'intent', validation: at('check.jsonl'), test: at('check.jsonl') } },
      stars: { data: { value: 'stars', validation: at('check.jsonl') } },
    });
    expect(train.texts).toHaveLength(100);
    expect(validation.texts).toEqual(['check']);
    expect(heads.get('intent')?.validation?.targets.labels).toEqual(['ask', 'buy', 'sell']);
    expect(heads.get('intent')?.validationSource).toBe(at('check.jsonl'));
    expect(heads.get('intent')?.test?.texts).toEqual(['check']);
    expect(heads.get('stars')?.test).toBeUndefined();
  });

  it.each<[string, Record<string, HeadConfigInput>, string]>([
    [
      'different shares of one file',
      { ...one, stars: { data: { value: 'stars', validationShare: 0.5 } } },
      'INVALID_CONFIGURATION',
    ],
    ['a column that is not there', { x: { data: { label: 'nope' } } }, 'COLUMN_NOT_FOUND'],
    [
      'a label list that lacks a label',
      { intent: { data: { label: 'intent', labelList: ['buy', 'sell'] } } },
      'UNKNOWN_LABEL',
    ],
    ['numbers in a column of words', { intent: { data: { value: 'intent' } } }, 'BROKEN_ROWS'],
  ])('refuses %s', async (_, heads, code) => {
    await expect(load(heads)).rejects.toMatchObject({ code });
  });
});
