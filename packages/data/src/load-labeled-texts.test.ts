import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, test } from 'vitest';
import { loadLabeledTexts, type LoadLabeledTextsOptions, type LoadedTexts } from './load-labeled-texts.ts';
import { labelsOfRow } from './select-rows.ts';
import { expectError, temporaryFile } from './temporary-file.test-support.ts';

async function load(name: string, content: string, options?: LoadLabeledTextsOptions): Promise<LoadedTexts> {
  return loadLabeledTexts(await temporaryFile(name, content), options);
}

function labels({ texts, targets }: LoadedTexts): readonly (readonly string[])[] {
  return texts.map((_, row) => labelsOfRow(targets, row));
}

describe('loadLabeledTexts: single label', () => {
  test('reads the default columns; labels are sorted naturally', async () => {
    const loaded = await load('x.csv', 'text,label\na,level 10\nb, level 2 \nc,level 10\n');
    expect(loaded.texts).toEqual(['a', 'b', 'c']);
    expect(loaded.targets).toEqual({
      task: 'single-label',
      labels: ['level 2', 'level 10'],
      classIndices: Int32Array.of(1, 0, 1),
    });
    expect(loaded.columns).toEqual({ task: 'single-label', text: 'text', label: 'label' });
    expect(loaded.fileRows).toEqual(Int32Array.of(2, 3, 4));
    expect(loaded.problems).toEqual([]);
  });

  test('reads numbers and booleans as labels, and finds the only column of texts', async () => {
    const loaded = await load(
      'x.jsonl',
      '{"id": "7", "message": "a", "label": 1}\n{"id": "8", "message": "b", "label": false}\n',
    );
    expect(loaded.columns).toEqual({ task: 'single-label', text: 'message', label: 'label' });
    expect(labels(loaded)).toEqual([['1'], ['false']]);
  });

  test.each(['sentence', 'review', 'content'])('knows the text column %s among others', async (name) => {
    expect((await load('x.csv', `title,${name},label\nt,a,x\n`)).columns.text).toBe(name);
  });

  test('takes named columns and a given label order', async () => {
    const loaded = await load('x.tsv', 'q\tintent\ttext\na\ty\tz\nb\tx\tz\n', {
      text: 'q',
      label: 'intent',
      labelSet: ['y', 'never', 'x'],
    });
    expect(loaded.targets).toEqual({
      task: 'single-label',
      labels: ['y', 'never', 'x'],
      classIndices: Int32Array.of(0, 2),
    });
  });

  test('names a column that is not there, those that are, and the nearest', async () => {
    const error = await expectError('COLUMN_NOT_FOUND', () => load('x.csv', 'text,intent\na,b\n', { label: 'Intend' }));
    expect(error.message).toContain('has no column "Intend". Its columns are: "text", "intent". Nearest: "intent".');
    await expectError('COLUMN_NOT_FOUND', () => load('x.csv', 'text,intent\na,b\n'));
    await expectError('COLUMN_NOT_FOUND', () => load('x.csv', 'text,label\na,b\n', { text: 'body' }));
    await expectError('COLUMN_NOT_FOUND', () => load('x.csv', 'title,body,label\na,b,c\n'));
    await expectError('COLUMN_NOT_FOUND', () => load('x.txt', 'a\nb\n'));
  });

  test('lists labels that the label set lacks, with counts and first rows', async () => {
    const content = `text,label\n${['a,x', 'b,new', 'c,new', 'd,other', 'e,new', 'f,new'].join('\n')}\n`;
    const error = await expectError('UNKNOWN_LABEL', () => load('x.csv', content, { labelSet: ['x', 'y'] }));
    expect(error.message).toContain('"new" (4 times, first rows 3, 4, 6), "other" (1 time, row 5)');
    expect(error.details['labels']).toEqual([
      { label: 'new', count: 4, rows: [3, 4, 6] },
      { label: 'other', count: 1, rows: [5] },
    ]);
    await expectError('INVALID_ARGUMENT', () => load('x.csv', content, { labelSet: ['x', 'x'] }));
  });
});

describe('loadLabeledTexts: multi-label', () => {
  test('reads lists, JSON lists in text, and delimited text', async () => {
    const fromList = await load(
      'x.jsonl',
      '{"text": "a", "labels": ["joy", "love"]}\n{"text": "b", "labels": []}\n{"text":"c","labels":[2]}\n',
    );
    expect(fromList.targets).toEqual({
      task: 'multi-label',
      labels: ['2', 'joy', 'love'],
      indicators: Uint8Array.of(0, 1, 1, 0, 0, 0, 1, 0, 0),
    });
    const fromText = await load(
      'x.csv',
      'text,labels\na,"[""joy"", ""love""]"\nb,\nc,joy|love\nd,"love, joy"\ne,joy;love\nf,joy\n',
    );
    expect(labels(fromText)).toEqual([['joy', 'love'], [], ['joy', 'love'], ['joy', 'love'], ['joy', 'love'], ['joy']]);
    const spaced = await load('x.csv', 'text,tags\na,joy love\nb,"a,b"\n', { labels: 'tags', delimiter: ' ' });
    expect(labels(spaced)).toEqual([['joy', 'love'], ['a,b']]);
  });

  test('reads one column a label, in the order of the columns', async () => {
    const loaded = await load('x.csv', 'text,joy,anger\na,1,0\nb,0.0,TRUE\nc,maybe,1\nd,,1\ne,0,0\nf,1,1\n', {
      labelColumns: ['joy', 'anger'],
    });
    expect(loaded.targets.labels).toEqual(['joy', 'anger']);
    expect(labels(loaded)).toEqual([['joy'], ['anger'], [], ['joy', 'anger']]);
    expect(loaded.problems.map(({ row, reason }) => [row, reason])).toEqual([
      [4, 'column "joy" holds "maybe", not 0 or 1'],
      [5, 'column "joy" is empty'],
    ]);
  });

  test('reports rows whose labels are missing or of the wrong kind', async () => {
    const rows = [
      '{"text":"a","labels":["x"]}',
      '{"text":"b"}',
      '{"text":"c","labels":[null]}',
      '{"text":"d","labels":"[x]"}',
    ];
    const good = Array.from({ length: 6 }, () => '{"text":"z","labels":["x"]}');
    const loaded = await load('x.jsonl', [...rows, ...good].join('\n'));
    expect(loaded.problems.map(({ row, reason }) => [row, reason])).toEqual([
      [2, 'column "labels" is empty'],
      [3, 'column "labels" has null in its list of labels'],
      [4, 'column "labels" starts with "[" but is not a JSON list (which needs double quotes)'],
    ]);
  });

  test('refuses options that contradict each other', async () => {
    const content = 'text,label\na,b\n';
    await expectError('INVALID_ARGUMENT', () => load('x.csv', content, { label: 'label', labels: 'label' }));
    await expectError('INVALID_ARGUMENT', () => load('x.csv', content, { labels: 'label', task: 'single-label' }));
    await expectError('INVALID_ARGUMENT', () => load('x.csv', content, { labelColumns: [] }));
    expect((await load('x.csv', content, { label: 'label', task: 'multi-label' })).targets.task).toBe('multi-label');
  });
});

describe('loadLabeledTexts: regression', () => {
  test('reads numbers and reports what is none', async () => {
    const content = 'text,stars\na,1.5\nb,-2e1\nc,NaN\nd,0x10\ne,\nf, 3 \ng,4\nh,5\n';
    const loaded = await load('x.csv', content, { value: 'stars' });
    expect(loaded.targets).toEqual({
      task: 'regression',
      labels: ['stars'],
      values: Float64Array.of(1.5, -20, 3, 4, 5),
    });
    expect(loaded.problems.map((problem) => problem.row)).toEqual([4, 5, 6]);
    expect((await load('x.csv', 'text,value\na,1\n')).targets.task).toBe('regression');
    expect((await load('x.csv', 'text,label\na,1\n', { task: 'regression' })).targets.labels).toEqual(['label']);
  });
});

describe('loadLabeledTexts: broken rows', () => {
  const content = `text,label\n${['a,x', ',x', '   ,x', 'toolong,x', 'b,', 'c,x,x', 'd,y', 'e,y', 'f,y', 'g,y', 'h,y'].join('\n')}\n`;

  test('skips and reports them with row and reason', async () => {
    const loaded = await load('x.csv', content, { maximumTextLength: 6 });
    expect(loaded.texts).toEqual(['a', 'd', 'e', 'f', 'g', 'h']);
    expect(loaded.fileRows).toEqual(Int32Array.of(2, 8, 9, 10, 11, 12));
    expect(loaded.problems).toEqual(
      [
        { row: 3, reason: 'column "text" is empty' },
        { row: 4, reason: 'column "text" is empty' },
        { row: 5, reason: 'column "text" has 7 characters, more than 6' },
        { row: 6, reason: 'column "label" is empty' },
        { row: 7, reason: 'the row has 3 cells, the header has 2' },
      ].map((problem) => ({ file: loaded.file, ...problem })),
    );
  });

  test('fails if asked to, and if more than half of the rows are broken', async () => {
    const error = await expectError('BROKEN_ROWS', () => load('x.csv', content, { onBrokenRow: 'fail' }));
    expect(error.message).toContain('4 of 11 rows');
    expect(error.message).toContain('row 3: column "text" is empty');
    const half = 'text,label\na,x\nb,\n';
    expect((await load('x.csv', half)).problems).toHaveLength(1);
    await expectError('BROKEN_ROWS', () => load('x.csv', `${half}c,\n`));
    await expectError('BROKEN_ROWS', () => load('x.jsonl', '{"text": "a", "label": "b"}\n{\n{\n'));
  });

  test('takes a row without label for one of other heads, if told that there are some', async () => {
    const mixed = 'text,label,stars\na,x,\nb,y,\nc,,5\nd,,4\ne,,3\n,x,\n';
    await expectError('BROKEN_ROWS', () => load('x.csv', mixed));
    const loaded = await load('x.csv', mixed, { head: 'intent', ignoreUnlabelled: true });
    expect(loaded.texts).toEqual(['a', 'b']);
    expect(loaded.problems).toEqual([{ file: loaded.file, row: 7, reason: 'column "text" is empty' }]);
    const numbers = `${mixed}g,,many\n`;
    const { problems } = await load('x.csv', numbers, { head: 'rating', value: 'stars', ignoreUnlabelled: true });
    expect(problems.map(({ row, head }) => [row, head])).toEqual([
      [7, undefined],
      [8, 'rating'],
    ]);
    const error = await expectError('DATA_EMPTY', () =>
      load('x.csv', 'text,label\na,\nb,\n', { head: 'intent', ignoreUnlabelled: true }),
    );
    expect(error.message).toContain('head "intent"');
    const unnamed = await expectError('BROKEN_ROWS', () =>
      load('x.csv', `text,stars\na,x\nb,${'\nc,'.repeat(5)}\n`, { value: 'stars', ignoreUnlabelled: true }),
    );
    expect(unnamed.message).toMatch(/^1 of 1 rows of "[^"]*" cannot be used: row 2/);
  });

  test('refuses text that is no text', async () => {
    const rows = ['{"text": 5, "label": "x"}', '{"text": "a\\ud83d", "label": "x"}', '{"text": "a", "label": ["x"]}'];
    const good = Array.from({ length: 3 }, () => '{"text": "🙂", "label": "x"}');
    const { problems } = await load('x.jsonl', [...rows, ...good].join('\n'));
    expect(problems.map((problem) => problem.reason)).toEqual([
      'column "text" holds 5, not a text',
      'column "text" holds half of a character (a lone surrogate)',
      'column "label" holds a list, not one label',
    ]);
  });

  test('settles columns on the first hundred rows, so keys may come late', async () => {
    const content = `{"text": "a"}\n${'{"text": "b", "label": "x"}\n'.repeat(250)}`;
    const loaded = await load('x.jsonl', content);
    expect(loaded.texts).toHaveLength(250);
    expect(loaded.problems).toHaveLength(1);
  });
});

test('loadLabeledTexts reads Parquet', async () => {
  const columnData = [
    { name: 'text', data: ['a', 'b'], type: 'STRING' as const },
    { name: 'label', data: [1, 0], type: 'INT32' as const },
  ];
  const loaded = await loadLabeledTexts(
    await temporaryFile('x.parquet', new Uint8Array(parquetWriteBuffer({ columnData }))),
  );
  expect(labels(loaded)).toEqual([['1'], ['0']]);
});
