import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ColumnsConfig } from '../config/training-config.ts';
import type { TrainingWarning } from '../training-events.ts';
import { loadRowsForHeads, type NamedHead } from './evaluation-data.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polyhead-evaluation-data-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const intent: NamedHead = { name: 'intent', fitted: { task: 'single-label', labels: ['ask', 'buy'] } };
const emotions: NamedHead = { name: 'emotions', fitted: { task: 'multi-label', labels: ['joy', 'fear'] } };
const stars: NamedHead = { name: 'stars', fitted: { task: 'regression', labels: ['stars'] } };
const all = [intent, emotions, stars];

interface Options {
  readonly heads?: readonly NamedHead[];
  readonly columns?: ColumnsConfig;
  /** @default true */
  readonly oneOfSeveral?: boolean;
}

/** How many rows each head has, and what is reported, with `FILE` in the place of the path. */
async function load(
  name: string,
  content: string,
  { heads = all, columns, oneOfSeveral = true }: Options = {},
): Promise<{ rows: Record<string, number>; warnings: string[] }> {
  const data = join(folder, name);
  await writeFile(data, content);
  const warnings: TrainingWarning[] = [];
  const options = { oneOfSeveral, onWarning: (warning: TrainingWarning) => warnings.push(warning) };
  const found = await loadRowsForHeads({ data, columns }, heads, options);
  return {
    rows: Object.fromEntries(Array.from(found, ([head, { texts }]) => [head, texts.length])),
    warnings: warnings.map(({ head, message }) => `${head ?? 'all'}: ${message.replaceAll(data, 'FILE')}`),
  };
}

const lines = (rows: readonly object[]): string => rows.map((row) => JSON.stringify(row)).join('\n');
const mixed = [
  ...Array.from({ length: 6 }, (_, row) => ({ text: `a ${row}`, intent: row % 2 === 0 ? 'ask' : 'buy' })),
  ...Array.from({ length: 5 }, (_, row) => ({ text: `b ${row}`, emotions: ['joy'] })),
  ...Array.from({ length: 4 }, (_, row) => ({ text: `c ${row}`, stars: row })),
];

describe('loadRowsForHeads', () => {
  it('gives each head its rows of a file whose rows belong to one head each', async () => {
    expect(await load('mixed.jsonl', lines(mixed))).toEqual({
      rows: { intent: 6, emotions: 5, stars: 4 },
      warnings: [],
    });
    expect((await load('mixed.jsonl', lines(mixed), { heads: [intent] })).rows).toEqual({ intent: 6 });
  });

  it('takes a row without a label for a broken one where there is no other head', async () => {
    const only = { heads: [intent], oneOfSeveral: false };
    await expect(load('mixed.jsonl', lines(mixed), only)).rejects.toMatchObject({ code: 'BROKEN_ROWS' });
    const { rows, warnings } = await load('x.csv', 'text,intent\na,buy\nb,ask\nc,\n', only);
    expect(rows).toEqual({ intent: 2 });
    expect(warnings).toEqual(['intent: 1 row of "FILE" skipped. First: FILE:4: column "intent" is empty.']);
  });

  it('reports a row that is broken once, and a wrong target for its head alone', async () => {
    const content = `${lines(mixed)}\n{"text": \n{"text": "d", "stars": "n/a", "intent": "buy"}\n{"text": "", "stars": 2}`;
    const { rows, warnings } = await load('problems.jsonl', content);
    expect(rows).toEqual({ intent: 7, emotions: 5, stars: 4 });
    expect(warnings).toEqual([
      expect.stringMatching(/^all: 2 rows of "FILE" skipped\. First: FILE:16: the line is not valid JSON.*\.$/),
      'stars: 1 row of "FILE" skipped. First: FILE:17: column "stars" holds "n/a", not a finite number.',
    ]);
  });

  it('leaves a head out that finds only the labels of another in the usual column', async () => {
    const content = 'text,label\na,buy\nb,ask\nc,buy\n';
    const { rows, warnings } = await load('labels.csv', content, { heads: [intent, stars] });
    expect(rows).toEqual({ intent: 3 });
    expect(warnings).toEqual([expect.stringMatching(/^stars: left out: 3 of 3 rows .*not a finite number/)]);
    await expect(load('labels.csv', content, { heads: [stars] })).rejects.toMatchObject({ code: 'BROKEN_ROWS' });
  });

  it('refuses a column of its own name that is mostly wrong', async () => {
    const content = 'text,intent,stars\na,buy,many\nb,ask,few\nc,buy,1\n';
    await expect(load('wrong.csv', content)).rejects.toMatchObject({
      code: 'BROKEN_ROWS',
      message: expect.stringContaining('for head "stars"') as string,
    });
  });

  it('leaves a head out that a file has no row of, and refuses the file if there is no other', async () => {
    const content = 'text,intent,stars\na,buy,\nb,ask,\nc,buy,\n';
    const { rows, warnings } = await load('empty.csv', content, { heads: [intent, stars] });
    expect(rows).toEqual({ intent: 3 });
    expect(warnings).toEqual([
      expect.stringContaining(
        'stars: left out: No row of "FILE" has a target of head "stars": column "stars" is empty.',
      ),
    ]);
    await expect(load('empty.csv', content, { heads: [stars] })).rejects.toMatchObject({
      code: 'DATA_EMPTY',
      message: expect.stringMatching(/empty\.csv.*head "stars"/) as string,
    });
  });

  it('takes a column that is named for the heads that it fits', async () => {
    const content = 'text,kind,points\na,buy,1\nb,ask,2\nc,buy,3\n';
    const named = await load('named.csv', content, { columns: { label: 'kind' } });
    expect(named.rows).toEqual({ intent: 3 });
    expect(named.warnings.map((warning) => warning.split(':')[0])).toEqual(['emotions', 'stars']);
    expect((await load('named.csv', content, { columns: { value: 'points' } })).rows).toEqual({ stars: 3 });
    await expect(load('named.csv', content, { columns: { value: 'kind' } })).rejects.toMatchObject({
      code: 'BROKEN_ROWS',
    });
  });
});
