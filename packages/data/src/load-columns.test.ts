import { expect, test } from 'vitest';
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
});

test('reports a row that says nothing about any head', async () => {
  const path = await temporaryFile('x.csv', content);
  const loaded = await loadColumns(path, { heads: { intent: { label: 'intent' }, rating: { value: 'stars' } } });
  expect(loaded.texts).toEqual(['a', 'b', 'c', 'd', 'f']);
  expect(loaded.problems.map(({ row, reason }) => [row, reason])).toContainEqual([
    7,
    'column "intent" is empty, column "stars" is empty',
  ]);
});

test('refuses no heads, and names the column that one head lacks', async () => {
  const path = await temporaryFile('x.csv', content);
  await expectError('INVALID_ARGUMENT', () => loadColumns(path, { heads: {} }));
  const error = await expectError('COLUMN_NOT_FOUND', () =>
    loadColumns(path, { heads: { intent: { label: 'intent' }, rating: { value: 'star' } } }),
  );
  expect(error.details).toMatchObject({ column: 'star', nearest: 'stars' });
});
