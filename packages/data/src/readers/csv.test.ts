import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatCsvRow } from '../format-csv-row.ts';
import { collect, expectError } from '../temporary-file.test-support.ts';
import { readCsv, type CsvOptions } from './csv.ts';
import type { RecordResult } from './record.ts';

async function* pieces(text: string, length: number): AsyncGenerator<string> {
  await Promise.resolve();
  const characters = Array.from(text);
  for (let at = 0; at < characters.length; at += length) yield characters.slice(at, at + length).join('');
}

function read(text: string, options: Partial<CsvOptions> & { pieceLength?: number } = {}): Promise<RecordResult[]> {
  const { pieceLength = 4, ...rest } = options;
  return collect(readCsv(pieces(text, pieceLength), { file: 'x.csv', ...rest }));
}

describe('readCsv', () => {
  test('reads header, quotes, doubled quotes, separators and line ends in cells', async () => {
    const records = await read('text,label\nplain,a\n"with, comma","b"\n"two\nlines ""quoted""",c\n');
    expect(records).toEqual([
      { row: 2, values: { text: 'plain', label: 'a' } },
      { row: 3, values: { text: 'with, comma', label: 'b' } },
      { row: 4, values: { text: 'two\nlines "quoted"', label: 'c' } },
    ]);
  });

  test.each([1, 2, 3, 7, 1000])('counts lines as an editor does, in pieces of %i characters', async (pieceLength) => {
    const text = 'text,label\r\n"a\r\n\r\nb",1\r\n\r\nc,2\n"d\ne",3\r"f",4';
    const records = await read(text, { pieceLength });
    expect(records.map((record) => record.row)).toEqual([2, 6, 7, 9]);
    expect(records.map((record) => 'values' in record && record.values['text'])).toEqual([
      'a\r\n\r\nb',
      'c',
      'd\ne',
      'f',
    ]);
  });

  test('finds the separator in the header: comma, else semicolon, else tab', async () => {
    expect(await read('text;label\na,b;c\n')).toEqual([{ row: 2, values: { text: 'a,b', label: 'c' } }]);
    expect(await read('text\tlabel\na;b\tc\n')).toEqual([{ row: 2, values: { text: 'a;b', label: 'c' } }]);
    expect(await read('text,label;x\na,c\n')).toEqual([{ row: 2, values: { text: 'a', 'label;x': 'c' } }]);
    expect(await read('text,x;label\na,b;c\n', { separator: ';' })).toEqual([
      { row: 2, values: { 'text,x': 'a,b', label: 'c' } },
    ]);
  });

  test('takes quotes inside an unquoted cell as they are', async () => {
    expect(await read('text,label\nsay "hi" now,a\n"so" he said,b\n')).toEqual([
      { row: 2, values: { text: 'say "hi" now', label: 'a' } },
      { row: 3, values: { text: '"so" he said', label: 'b' } },
    ]);
  });

  test('reports rows with too few or too many cells and goes on', async () => {
    const columns = ['text', 'label'];
    expect(await read('text,label\na\nb,1\nc,1,2\nd,2\n')).toEqual([
      { row: 2, problem: 'the row has 1 cell, the header has 2', columns },
      { row: 3, values: { text: 'b', label: '1' } },
      { row: 4, problem: 'the row has 3 cells, the header has 2', columns },
      { row: 5, values: { text: 'd', label: '2' } },
    ]);
  });

  test('names empty columns, and takes any other name', async () => {
    expect(await read(',__proto__\n0,x\n')).toEqual([
      {
        row: 2,
        values: Object.fromEntries([
          ['column_1', '0'],
          ['__proto__', 'x'],
        ]),
      },
    ]);
  });

  test('refuses a header with a name twice', async () => {
    const error = await expectError('DATA_MALFORMED', () => read('a,b,a\n1,2,3\n'));
    expect(error.message).toContain('"a"');
    expect(error.details).toMatchObject({ file: 'x.csv', row: 1, column: 'a' });
  });

  test('says where the row begins that does not end', async () => {
    const error = await expectError('DATA_MALFORMED', () => read('text,label\na,1\n"b,2\nc,3\n'));
    expect(error.details).toMatchObject({ file: 'x.csv', row: 3 });
  });

  test('yields nothing for an empty file or a lone header', async () => {
    expect(await read('')).toEqual([]);
    expect(await read('text,label\n')).toEqual([]);
  });

  test('stops reading when the loop over it ends', async () => {
    let closed = false;
    async function* endless(): AsyncGenerator<string> {
      try {
        yield 'text\n';
        for (;;) yield await Promise.resolve('row\n'.repeat(100));
      } finally {
        closed = true;
      }
    }
    for await (const record of readCsv(endless(), { file: 'x.csv' })) if (record.row > 5) break;
    expect(closed).toBe(true);
  });

  test('gives back what formatCsvRow wrote, whatever the strings and wherever the pieces are cut', async () => {
    const nasty = fc.string({
      unit: fc.constantFrom('"', ',', ';', '\n', '\r', ' ', '\t', 'a', '“', '🙂', '\uFEFF', "'"),
    });
    const cell = fc.oneof(nasty, fc.string({ unit: 'binary' })).map((text) => text.replaceAll('\0', ''));
    const table = fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(
        table,
        fc.constantFrom(',', ';', '\t'),
        fc.integer({ min: 1, max: 9 }),
        async (rows, separator, pieceLength) => {
          const header = ['a', 'b', 'c'];
          const text = [header, ...rows].map((cells) => `${formatCsvRow(cells, separator)}\n`).join('');
          const records = await read(text, { pieceLength, separator });
          expect(records.map((record) => 'values' in record && header.map((name) => record.values[name]))).toEqual(
            rows,
          );
          const lines = text.split(/\r\n|\n|\r/);
          for (const record of records) expect(record.row).toBeLessThan(lines.length);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('formatCsvRow', () => {
  test('quotes only what needs it', () => {
    expect(formatCsvRow(['a', 1, true, null, 'b,c', 'd"e', ' f', 'g\nh'])).toBe('a,1,true,,"b,c","d""e"," f","g\nh"');
    expect(formatCsvRow(['a,b', 'c;d'], ';')).toBe('a,b;"c;d"');
    expect(formatCsvRow([''])).toBe('""');
  });
});
