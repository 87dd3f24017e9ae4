import { tmpdir } from 'node:os';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { collect, expectError, temporaryFile } from '../temporary-file.test-support.ts';
import type { DataFormat } from './data-format.ts';
import { readRecords } from './read-records.ts';
import type { RecordResult } from './record.ts';

async function readFile(name: string, content: string | Uint8Array): Promise<RecordResult[]> {
  return collect(readRecords(await temporaryFile(name, content)));
}

async function* stream(text: string): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.from(text));
}

describe('readRecords', () => {
  const expected = [
    { row: 2, values: { text: 'a "b"', label: '1' } },
    { row: 3, values: { text: 'c', label: '2' } },
  ];

  test.each([
    ['x.csv', 'text,label\n"a ""b""",1\nc,2\n'],
    ['x.CSV', '\uFEFFtext,label\r\n"a ""b""",1\r\nc,2\r\n'],
    ['x.tsv', 'text\tlabel\na "b"\t1\nc\t2'],
  ])('reads %s', async (name, content) => {
    expect(await readFile(name, content)).toEqual(expected);
    expect(await readFile(`${name}.gz`, gzipSync(content))).toEqual(expected);
  });

  test('reads JSON Lines and reports broken lines', async () => {
    const content = '{"text": "a", "label": 1}\r\n\n[1]\nnull\n{"text": \n"plain"\n{"text": "z"}';
    const records = await readFile('x.jsonl', content);
    expect(records.map((record) => record.row)).toEqual([1, 3, 4, 5, 6, 7]);
    expect(records[0]).toEqual({ row: 1, values: { text: 'a', label: 1 } });
    expect(records[1]).toEqual({ row: 3, problem: 'the row is a list, not a JSON object' });
    expect(records[2]).toEqual({ row: 4, problem: 'the row is null, not a JSON object' });
    expect(records[3]).toMatchObject({ row: 5, problem: expect.stringContaining('not valid JSON') as unknown });
    expect(records[4]).toEqual({ row: 6, values: { text: 'plain' } });
    expect(records[5]).toEqual({ row: 7, values: { text: 'z' } });
    expect(await readFile('x.ndjson.gz', gzipSync(content))).toEqual(records);
  });

  test.each([
    '[{"text": "a"}, "b", 3]',
    '{"data": [{"text": "a"}, "b", 3]}',
    '{"version": 1, "rows": [{"text": "a"}, "b", 3]}',
  ])('reads JSON %s', async (content) => {
    expect(await readFile('x.json', content)).toEqual([
      { row: 1, values: { text: 'a' } },
      { row: 2, values: { text: 'b' } },
      { row: 3, problem: 'the row is a number, not a JSON object' },
    ]);
  });

  test('reads plain text, a text a line, without blank lines', async () => {
    expect(await readFile('x.txt', 'one, two\r\n\n  \nthree')).toEqual([
      { row: 1, values: { text: 'one, two' } },
      { row: 4, values: { text: 'three' } },
    ]);
  });

  test('reads a stream in a format that is named', async () => {
    expect(await collect(readRecords(stream('a\nb')))).toHaveLength(2);
    expect(await collect(readRecords(stream('text\na\n'), { format: 'csv' }))).toEqual([
      { row: 2, values: { text: 'a' } },
    ]);
    const error = await expectError('DATA_EMPTY', () => collect(readRecords(stream(''), { streamName: 'the pipe' })));
    expect(error.message).toContain('the pipe');
    await expectError('INVALID_ARGUMENT', () => collect(readRecords(stream(''), { format: 'parquet' })));
  });

  test('takes a format instead of the ending', async () => {
    const path = await temporaryFile('x.data', 'text\na\n');
    expect(await collect(readRecords(path, { format: 'csv' }))).toEqual([{ row: 2, values: { text: 'a' } }]);
  });

  test.each([
    ['x.csv', ''],
    ['x.csv', 'text,label\n'],
    ['x.jsonl', '\n\n'],
    ['x.json', '[]'],
    ['x.json', ''],
    ['x.txt', '\n'],
    ['x.txt.gz', gzipSync('')],
  ])('refuses an empty %s', async (name, content) => {
    await expectError('DATA_EMPTY', () => readFile(name, content));
  });

  test('refuses files that are not there, folders and unknown endings', async () => {
    await expectError('FILE_NOT_FOUND', () => collect(readRecords('no/such/file.csv')));
    await expectError('FILE_NOT_FOUND', () => collect(readRecords('no/such/file.csv.gz')));
    await expectError('FILE_NOT_FOUND', () => collect(readRecords('no/such/file.parquet')));
    const formats: readonly DataFormat[] = ['csv', 'json', 'parquet'];
    for (const format of formats)
      await expectError('FILE_UNREADABLE', () => collect(readRecords(tmpdir(), { format })));
    for (const name of ['x.xlsx', 'x.parquet.gz', 'constructor']) {
      const error = await expectError('DATA_FORMAT_UNKNOWN', () => readFile(name, 'a'));
      expect(error.remedy).toMatch(/\.csv.*\.jsonl.*\.parquet/);
    }
  });

  test('finds out that there is no file before it looks at the name', async () => {
    for (const name of ['no/such/file', 'no/such/file.xlsx', 'no/such/folder.csv/constructor']) {
      await expectError('FILE_NOT_FOUND', () => collect(readRecords(name)));
    }
    const error = await expectError('FILE_UNREADABLE', () => collect(readRecords(tmpdir())));
    expect(error.message).toContain('it is a folder, not a file');
  });

  test('refuses malformed content and says where', async () => {
    const broken = await expectError('DATA_MALFORMED', () => readFile('x.json', '[\n{"a": 1},\n{"a" 2}]'));
    expect(broken.message).toContain('line 3');
    expect((await expectError('DATA_MALFORMED', () => readFile('x.json', '{"a": 1}\n{"a": 2}\n'))).remedy).toContain(
      '.jsonl',
    );
    await expectError('DATA_MALFORMED', () => readFile('x.json', '{"texts": []}'));
    await expectError('DATA_MALFORMED', () => readFile('x.csv.gz', gzipSync('text\n'.repeat(1000)).subarray(0, 20)));
    await expectError('DATA_MALFORMED', () => readFile('x.csv.gz', 'text\nnot compressed\n'));
    await expectError('DATA_ENCODING', () => readFile('x.csv', Buffer.from('text\nna\xefve\n', 'latin1')));
  });

  test('reports progress and stops when asked', async () => {
    const path = await temporaryFile('x.txt', 'line\n'.repeat(25_000));
    const done: number[] = [];
    await collect(readRecords(path, { onProgress: (progress) => done.push(progress.done) }));
    expect(done).toEqual([0, 10_000, 20_000, 25_000]);
    await expectError('ABORTED', () => collect(readRecords(path, { signal: AbortSignal.abort() })));
  });
});
