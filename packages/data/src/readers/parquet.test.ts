import { gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, test } from 'vitest';
import { collect, expectError, temporaryFile } from '../temporary-file.test-support.ts';
import { readRecords } from './read-records.ts';
import type { RecordResult } from './record.ts';

type WriteOptions = Parameters<typeof parquetWriteBuffer>[0];

async function roundTrip(options: WriteOptions): Promise<RecordResult[]> {
  const path = await temporaryFile('x.parquet', new Uint8Array(parquetWriteBuffer(options)));
  return collect(readRecords(path));
}

describe('readParquet', () => {
  const texts = Array.from({ length: 25 }, (_, index) => `text ${index} é🙂\n"quoted"`);
  const labels = texts.map((_, index) => `label ${index % 3}`);

  test.each(['UNCOMPRESSED', 'SNAPPY', 'GZIP'] as const)('reads row groups one after the other (%s)', async (codec) => {
    const records = await roundTrip({
      columnData: [
        { name: 'text', data: texts, type: 'STRING' },
        { name: 'label', data: labels, type: 'STRING' },
      ],
      rowGroupSize: 10,
      codec,
      compressors: { GZIP: (bytes) => gzipSync(bytes) },
    });
    expect(records).toEqual(texts.map((text, index) => ({ row: index + 1, values: { text, label: labels[index] } })));
  });

  test('turns numbers, big integers, dates, nulls and lists into JSON values', async () => {
    const [record] = await roundTrip({
      columnData: [
        { name: 'small', data: [7n], type: 'INT64' },
        { name: 'large', data: [2n ** 60n], type: 'INT64' },
        { name: 'number', data: [0.5], type: 'DOUBLE' },
        { name: 'flag', data: [true], type: 'BOOLEAN' },
        { name: 'when', data: [new Date(0)], type: 'TIMESTAMP' },
        { name: 'nothing', data: [null], type: 'STRING' },
        { name: 'list', data: [['a', 'b']], type: 'JSON' },
      ],
    });
    expect(record).toEqual({
      row: 1,
      values: {
        small: 7,
        large: '1152921504606846976',
        number: 0.5,
        flag: true,
        when: '1970-01-01T00:00:00.000Z',
        nothing: null,
        list: ['a', 'b'],
      },
    });
  });

  test('gives class labels of a Hugging Face data set their names', async () => {
    const features = {
      label: { names: ['no', 'yes'], _type: 'ClassLabel' },
      tags: { feature: { names: ['x', 'y'], _type: 'ClassLabel' }, _type: 'Sequence' },
      count: { dtype: 'int32', _type: 'Value' },
    };
    const records = await roundTrip({
      columnData: [
        { name: 'label', data: [1, 0, -1], type: 'INT32' },
        { name: 'tags', data: [[0, 1], [], [1]], type: 'JSON' },
        { name: 'count', data: [1, 1, 1], type: 'INT32' },
      ],
      kvMetadata: [{ key: 'huggingface', value: JSON.stringify({ info: { features } }) }],
    });
    expect(records.map((record) => 'values' in record && record.values)).toEqual([
      { label: 'yes', tags: ['x', 'y'], count: 1 },
      { label: 'no', tags: [], count: 1 },
      { label: null, tags: ['y'], count: 1 },
    ]);
  });

  test('reports a text that is not UTF-8, and reads binary columns as null', async () => {
    const schema: WriteOptions['schema'] = [
      { name: 'root', num_children: 2 },
      { name: 'text', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
      { name: 'image', type: 'BYTE_ARRAY', repetition_type: 'REQUIRED' },
    ];
    const wrong = Uint8Array.from([0x6e, 0xef, 0x76]);
    const records = await roundTrip({
      columnData: [
        { name: 'text', data: [Buffer.from('fine'), wrong] },
        { name: 'image', data: [wrong, wrong] },
      ],
      schema,
    });
    expect(records).toEqual([
      { row: 1, values: { text: 'fine', image: null } },
      { row: 2, problem: 'column "text" holds bytes that are not UTF-8' },
    ]);
  });

  test('refuses files that are cut short or not Parquet', async () => {
    const whole = new Uint8Array(parquetWriteBuffer({ columnData: [{ name: 'text', data: texts, type: 'STRING' }] }));
    const cut = await temporaryFile('x.parquet', whole.subarray(0, whole.length - 20));
    expect((await expectError('DATA_MALFORMED', () => collect(readRecords(cut)))).message).toContain('Parquet');
    const text = await temporaryFile('x.parquet', 'text,label\na,b\n');
    await expectError('DATA_MALFORMED', () => collect(readRecords(text)));
    const empty = await temporaryFile('x.parquet', '');
    await expectError('DATA_MALFORMED', () => collect(readRecords(empty)));
  });
});
