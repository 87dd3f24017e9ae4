import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { collect, expectError } from '../temporary-file.test-support.ts';
import { decodeUtf8, findInvalidUtf8 } from './utf8.ts';

async function* pieces(bytes: Uint8Array, length: number): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

async function decode(bytes: Uint8Array, length: number): Promise<string> {
  return (await collect(decodeUtf8(pieces(bytes, length), 'x.csv'))).join('');
}

describe('decodeUtf8', () => {
  test('gives back any text, wherever the pieces are cut', async () => {
    const text = fc.string({ unit: 'binary' }).map((value) => value.replaceAll('\0', '').replace(/^\uFEFF+/, ''));
    await fc.assert(
      fc.asyncProperty(text, fc.integer({ min: 1, max: 7 }), async (value, length) => {
        fc.pre(!value.startsWith('PAR1') && !value.startsWith('PK\u0003\u0004'));
        expect(await decode(Buffer.from(value), length)).toBe(value);
      }),
    );
  });

  test('drops a byte order mark at the start and keeps any other', async () => {
    expect(await decode(Buffer.from('\uFEFFa\uFEFFb'), 3)).toBe('a\uFEFFb');
    expect(await decode(Buffer.from('abc\uFEFF'), 3)).toBe('abc\uFEFF');
  });

  test.each([1, 2, 5, 100])('names byte and row of what is not UTF-8, in pieces of %i', async (length) => {
    const bytes = Buffer.concat([Buffer.from('text\nétude\nna'), Buffer.from([0xef, 0x76, 0x65]), Buffer.from('\nx')]);
    const error = await expectError('DATA_ENCODING', () => decode(bytes, length));
    expect(error.details).toEqual({ file: 'x.csv', offset: 14, row: 3 });
  });

  test('refuses zero bytes, and a character that is cut off at the end', async () => {
    expect((await expectError('DATA_ENCODING', () => decode(Buffer.from('a\nb\0c'), 2))).details).toMatchObject({
      offset: 3,
      row: 2,
    });
    expect(
      (await expectError('DATA_ENCODING', () => decode(Buffer.from('a€').subarray(0, 3), 9))).details,
    ).toMatchObject({ offset: 1 });
  });

  test.each([
    ['UTF-16', Buffer.from('\uFEFFtext', 'utf16le')],
    ['gzip', Buffer.from([0x1f, 0x8b, 8, 0])],
    ['Excel', Buffer.from('PK\u0003\u0004...')],
    ['Parquet', Buffer.from('PAR1...')],
  ])('recognises %s content', async (kind, bytes) => {
    expect((await expectError('DATA_ENCODING', () => decode(bytes, 100))).message).toContain(kind);
  });
});

describe('findInvalidUtf8', () => {
  test('agrees with Node.js on what is well-formed', () => {
    const byte = fc.oneof(
      fc.integer({ min: 0, max: 255 }),
      fc.constantFrom(0xe0, 0xed, 0xf0, 0xf4, 0x80, 0x9f, 0xa0, 0xbf, 0x8f, 0x90),
    );
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 6 }), (values) => {
        const bytes = Uint8Array.from(values);
        const at = findInvalidUtf8(bytes);
        expect(at === bytes.length).toBe(isUtf8(bytes));
        expect(isUtf8(bytes.subarray(0, at))).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });
});
