import { expect, test } from 'vitest';
import type { RowProblem } from '@polyhead/types';
import { readTexts } from './read-texts.ts';
import { collect, expectError, temporaryFile } from './temporary-file.test-support.ts';

test('streams texts with their rows', async () => {
  const csv = await temporaryFile('x.csv', 'label,text\nx,a\nx,"b\nc"\nx,d\n');
  expect(await collect(readTexts(csv))).toEqual([
    { row: 2, text: 'a' },
    { row: 3, text: 'b\nc' },
    { row: 5, text: 'd' },
  ]);
  const txt = await temporaryFile('x.txt', 'one\n\ntwo\n');
  expect(await collect(readTexts(txt))).toEqual([
    { row: 1, text: 'one' },
    { row: 3, text: 'two' },
  ]);
  const jsonl = await temporaryFile('x.jsonl', '{"body": "a", "label": "x"}\n');
  expect(await collect(readTexts(jsonl))).toEqual([{ row: 1, text: 'a' }]);
  expect(await collect(readTexts(jsonl, { text: 'label' }))).toEqual([{ row: 1, text: 'x' }]);
});

test('tells of rows that it leaves out, or fails at the first', async () => {
  const path = await temporaryFile('x.csv', 'text,label\na,x\n,x\nb,x,x\nc,x\n');
  const problems: RowProblem[] = [];
  const texts = await collect(readTexts(path, { onProblem: (problem) => problems.push(problem) }));
  expect(texts.map((text) => text.text)).toEqual(['a', 'c']);
  expect(problems).toEqual([
    { file: path, row: 3, reason: 'column "text" is empty' },
    { file: path, row: 4, reason: 'the row has 3 cells, the header has 2' },
  ]);
  const error = await expectError('BROKEN_ROWS', () => collect(readTexts(path)));
  expect(error.message).toContain('row 3: column "text" is empty');
});

test('settles the column on rows before it yields any of more than a hundred', async () => {
  const path = await temporaryFile(
    'x.jsonl',
    Array.from({ length: 250 }, (_, index) => `{"q": "text ${index}"}`).join('\n'),
  );
  const texts = await collect(readTexts(path));
  expect(texts.map((text) => text.row)).toEqual(Array.from({ length: 250 }, (_, index) => index + 1));
  await expectError('COLUMN_NOT_FOUND', () => collect(readTexts(path, { text: 'text' })));
});

test('reads a stream', async () => {
  async function* bytes(): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(Buffer.from('one\ntw'));
    yield Buffer.from('o\n');
  }
  expect(await collect(readTexts(bytes()))).toEqual([
    { row: 1, text: 'one' },
    { row: 2, text: 'two' },
  ]);
});

test('refuses a column that the first hundred rows lack before it calls them broken', async () => {
  const path = await temporaryFile('x.jsonl', `${'{"text": "a"}\n'.repeat(100)}{"body": "b"}\n`);
  const options = { text: 'body', onProblem: () => expect.unreachable('no row should be left out') };
  const error = await expectError('COLUMN_NOT_FOUND', () => collect(readTexts(path, options)));
  expect(error.message).toContain('no column "body" in its first 100 rows');
});
