import { describe, expect, test } from 'vitest';
import { loadColumns } from './load-columns.ts';
import { labelsOfRow } from './select-rows.ts';
import { expectError, temporaryFile } from './temporary-file.test-support.ts';

const content = [
  'text,intent,emotions,stars',
  'a,order,joy|love,5',
  'b,refund,,2',
  'c,,anger,1',
  'd,order,joy,many',
  ',order,joy,3',
  'e,,anger,',
  'f,refund,joy,4',
].join('\n');

test('reads several heads in one pass, each with the rows that say something about it', async () => {
  const path = await temporaryFile('x.csv', content);
  const loaded = await loadColumns(path, {
    heads: { intent: { label: 'intent' }, emotion: { labels: 'emotions' }, rating: { value: 'stars' } },
  });
  expect(loaded.texts).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  expect(loaded.fileRows).toEqual(Int32Array.of(2, 3, 4, 5, 7, 8));
  const intent = loaded.heads.get('intent');
  expect(intent?.rows).toEqual(Int32Array.of(0, 1, 3, 5));
  expect(intent?.unlabelled).toBe(2);
  expect(intent?.targets).toEqual({
    task: 'single-label',
    labels: ['order', 'refund'],
    classIndices: Int32Array.of(0, 1, 0, 1),
  });
  const emotion = loaded.heads.get('emotion');
  expect(emotion?.rows).toEqual(Int32Array.of(0, 1, 2, 3, 4, 5));
  expect(emotion && [0, 1, 2].map((row) => labelsOfRow(emotion.targets, row))).toEqual([
    ['joy', 'love'],
    [],
    ['anger'],
  ]);
  const rating = loaded.heads.get('rating');
  expect(rating?.rows).toEqual(Int32Array.of(0, 1, 2, 5));
  expect(rating?.targets).toMatchObject({ values: Float64Array.of(5, 2, 1, 4) });
  expect(loaded.problems.map(({ row, reason }) => [row, reason])).toEqual([
    [5, 'column "stars" holds "many", not a finite number'],
    [6, 'column "text" is empty'],
  ]);
  expect(loaded.problems.map(({ head }) => head)).toEqual(['rating', undefined]);
});

test('reports a row that says nothing about any head', async () => {
  const path = await temporaryFile('x.csv', content);
  const loaded = await loadColumns(path, { heads: { intent: { label: 'intent' }, rating: { value: 'stars' } } });
  expect(loaded.texts).toEqual(['a', 'b', 'c', 'd', 'f']);
  expect(loaded.problems.map(({ row, reason }) => [row, reason])).toContainEqual([
    7,
    'column "intent" is empty, column "stars" is empty',
  ]);
  const silent = await loadColumns(path, {
    heads: { intent: { label: 'intent' }, rating: { value: 'stars' } },
    ignoreUnlabelled: true,
  });
  expect(silent.texts).toEqual(loaded.texts);
  expect(silent.problems.map(({ row }) => row)).toEqual([5, 6]);
});

test('fails where most of what a head is told is wrong, or where it is told nothing, though the others have their rows', async () => {
  const wrong = await temporaryFile('x.csv', `${content}\n${'g,order,,\n'.repeat(20)}h,,,few\ni,,,some\nj,,,none\n`);
  const heads = { intent: { label: 'intent' }, rating: { value: 'stars' } };
  const error = await expectError('BROKEN_ROWS', () =>
    loadColumns(wrong, { heads: { ...heads, few: { value: 'emotions' } }, ignoreUnlabelled: true }),
  );
  expect(error.message).toContain('for head "few"');
  expect((await loadColumns(wrong, { heads, ignoreUnlabelled: true })).problems).toHaveLength(5);
  const empty = await temporaryFile('x.csv', 'text,intent,stars\na,x,\nb,y,\n');
  expect((await expectError('DATA_EMPTY', () => loadColumns(empty, { heads }))).message).toContain(
    'a target of head "rating": column "stars" is empty',
  );
});

test('tells a row with some of the 0/1 columns of a head from one with none', async () => {
  const path = await temporaryFile('x.csv', 'text,intent,joy,anger\na,x,1,0\nb,x,,\nc,x,1,\n');
  const { heads, problems } = await loadColumns(path, {
    heads: { intent: { label: 'intent' }, mood: { labelColumns: ['joy', 'anger'] } },
  });
  expect(heads.get('mood')).toMatchObject({ rows: Int32Array.of(0), unlabelled: 1 });
  expect(problems).toMatchObject([{ row: 4, head: 'mood', reason: 'column "anger" is empty' }]);
});

describe('columns that come late', () => {
  const source = (row: object): string => `${JSON.stringify({ text: 'a', ...row })}\n`.repeat(150);
  const mixed = source({ intent: 'order' }) + source({ emotions: ['joy'] }) + source({ stars: 5 });
  const heads = { intent: { label: 'intent' }, emotion: { labels: 'emotions' }, rating: { value: 'stars' } };

  test('are accepted in JSON if they are named', async () => {
    const list = `[${mixed.trim().replaceAll('\n', ',')}]`;
    for (const [name, text] of [
      ['x.jsonl', mixed],
      ['x.json', list],
    ] as const) {
      const loaded = await loadColumns(await temporaryFile(name, text), { heads });
      expect(loaded.texts).toHaveLength(450);
      expect(loaded.problems).toEqual([]);
      expect([...loaded.heads.values()].map(({ rows }) => rows[0])).toEqual([0, 150, 300]);
    }
    const body = mixed.replaceAll('"text"', '"body"');
    const path = await temporaryFile('x.jsonl', `${'{"title":"b"}\n'.repeat(120)}${body}`);
    expect((await loadColumns(path, { text: 'body', heads })).texts).toHaveLength(450);
  });

  test('are missed at the end, with all that were there', async () => {
    const path = await temporaryFile('x.jsonl', mixed);
    const error = await expectError('COLUMN_NOT_FOUND', () =>
      loadColumns(path, { heads: { rating: { value: 'star' } } }),
    );
    expect(error.details).toMatchObject({
      column: 'star',
      columns: ['text', 'intent', 'emotions', 'stars'],
      nearest: 'stars',
    });
    await expectError('COLUMN_NOT_FOUND', () => loadColumns(path, { text: 'body', heads }));
    await expectError('COLUMN_NOT_FOUND', () =>
      loadColumns(path, { heads: { ...heads, mood: { labelColumns: ['joy', 'anger'] } } }),
    );
  });

  test('are not guessed, and the error says how many rows were looked at', async () => {
    const path = await temporaryFile('x.jsonl', source({ intent: 'order' }) + source({ label: 'b' }));
    const error = await expectError('COLUMN_NOT_FOUND', () => loadColumns(path, { heads: { only: {} } }));
    expect(error.message).toContain('no column "label" in its first 100 rows. Their columns are: "text", "intent".');
    const { heads: found } = await loadColumns(path, { heads: { only: { label: 'label' } }, ignoreUnlabelled: true });
    expect(found.get('only')?.rows).toHaveLength(150);
  });

  test('cannot come in a table, which is refused before a broken row behind them is read', async () => {
    const path = await temporaryFile('x.csv', `text,intent\n${'a,b\n'.repeat(200)}"c`);
    await expectError('COLUMN_NOT_FOUND', () => loadColumns(path, { heads: { emotion: { label: 'emotions' } } }));
  });
});

test('refuses no heads, and names the column that one head lacks', async () => {
  const path = await temporaryFile('x.csv', content);
  await expectError('INVALID_ARGUMENT', () => loadColumns(path, { heads: {} }));
  const error = await expectError('COLUMN_NOT_FOUND', () =>
    loadColumns(path, { heads: { intent: { label: 'intent' }, rating: { value: 'star' } } }),
  );
  expect(error.details).toMatchObject({ column: 'star', nearest: 'stars' });
});

describe('rows with more cells than the header', () => {
  const heads = { label: {} };

  test('are broken rows, not a file without columns', async () => {
    const path = await temporaryFile('comma.csv', 'text,label\nhi, there,pos\nwell, no,neg\n');
    const error = await expectError('BROKEN_ROWS', () => loadColumns(path, { heads }));
    expect(error.message).toContain('row 2: the row has 3 cells, the header has 2');
  });

  test('may be the first hundred of many', async () => {
    const broken = Array.from({ length: 100 }, (_, row) => `broken, ${row},pos`);
    const good = Array.from({ length: 300 }, (_, row) => `good ${row},${row % 2 === 0 ? 'pos' : 'neg'}`);
    const path = await temporaryFile('late.csv', ['text,label', ...broken, ...good].join('\n'));
    const loaded = await loadColumns(path, { heads });
    expect([loaded.texts.length, loaded.problems.length]).toEqual([300, 100]);
  });
});

test('takes no label from what every object has, and none from numbers that are none', async () => {
  const rows = ['{"text":"a","constructor":"q"}', '{"text":"b","constructor":"r"}', '{"text":"c"}'];
  const path = await temporaryFile('members.jsonl', rows.join('\n'));
  const loaded = await loadColumns(path, { heads: { kind: { label: 'constructor' } } });
  expect(loaded.texts).toEqual(['a', 'b']);
  const large = ['12345678901234567891', '1', '2', '2'].map((label, row) => `{"text":"t${row}","label":${label}}`);
  const numbers = await loadColumns(await temporaryFile('large.jsonl', large.join('\n')), { heads: { label: {} } });
  expect(numbers.heads.get('label')?.targets.labels).toEqual(['1', '2']);
  expect(numbers.problems[0]?.reason).toContain('which is no label');
});
