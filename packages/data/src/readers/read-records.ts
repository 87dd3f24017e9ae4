import { stat } from 'node:fs/promises';
import { toFileError } from '@polyhead/files';
import { PolyheadError, assertNotAborted, type LongOperationOptions } from '@polyhead/types';
import { openByteStream } from './byte-stream.ts';
import { readCsv } from './csv.ts';
import { formatOfPath, type DataFormat, type FileFormat } from './data-format.ts';
import { readJsonLines } from './json-lines.ts';
import { readJsonRecords } from './json.ts';
import { readParquet } from './parquet.ts';
import type { RecordResult } from './record.ts';
import { readTextLines } from './text-lines.ts';
import { decodeUtf8 } from './utf8.ts';

/** A path, or bytes that arrive by themselves, such as `process.stdin`. */
export type DataSource = string | AsyncIterable<Uint8Array>;

/** How a data file is read. */
export interface ReadRecordsOptions extends LongOperationOptions {
  /** @default by the ending of the name; `txt` for a stream */
  readonly format?: DataFormat | undefined;
  /** Between the cells of CSV and TSV. @default comma, or what the header has: semicolon or tab; tab for TSV */
  readonly separator?: string | undefined;
  /** What a stream is called in errors. @default 'standard input' */
  readonly streamName?: string | undefined;
}

/** Rows between two progress reports, and between two looks at the abort signal. */
const rowsPerReport = 10_000;

/**
 * The rows of a CSV, TSV, JSON Lines, JSON, Parquet or plain text file, one after the other; only JSON is held in
 * memory as a whole. Rows that are broken by themselves are yielded as {@link BrokenRecord}s.
 * @throws {PolyheadError} FILE_NOT_FOUND, FILE_UNREADABLE, DATA_FORMAT_UNKNOWN, DATA_ENCODING, DATA_MALFORMED,
 * DATA_EMPTY, ABORTED
 */
export async function* readRecords(source: DataSource, options: ReadRecordsOptions = {}): AsyncGenerator<RecordResult> {
  const file = sourceName(source, options);
  if (typeof source === 'string') await assertFile(source);
  let count = 0;
  for await (const record of openRecords(source, options)) {
    if (count++ % rowsPerReport === 0) {
      assertNotAborted(options.signal);
      options.onProgress?.({ phase: `reading ${file}`, done: count - 1, total: undefined, unit: 'rows' });
    }
    yield record;
  }
  options.onProgress?.({ phase: `reading ${file}`, done: count, total: count, unit: 'rows' });
  if (count > 0) return;
  throw new PolyheadError('DATA_EMPTY', {
    message: `"${file}" has no rows.`,
    remedy: 'Check that it is the file you meant and that it was written completely.',
    details: { file },
  });
}

/** What a source is called in errors and reports. */
export function sourceName(source: DataSource, options: ReadRecordsOptions): string {
  return typeof source === 'string' ? source : (options.streamName ?? 'standard input');
}

/** What is not there has no format. Pipes and devices are files here. */
async function assertFile(path: string): Promise<void> {
  const entry = await stat(path).catch((error: unknown) => {
    throw toFileError(error, path, 'read');
  });
  if (entry.isDirectory()) throw toFileError({ code: 'EISDIR' }, path, 'read');
}

/**
 * The format in which a source is read.
 * @throws {PolyheadError} DATA_FORMAT_UNKNOWN
 */
export function formatOfSource(source: DataSource, { format }: Pick<ReadRecordsOptions, 'format'>): FileFormat {
  return typeof source === 'string' ? formatOfPath(source, format) : { format: format ?? 'txt', compressed: false };
}

function openRecords(source: DataSource, options: ReadRecordsOptions): AsyncIterable<RecordResult> {
  const file = sourceName(source, options);
  const { format, compressed } = formatOfSource(source, options);
  if (typeof source !== 'string') return parseText(format, decodeUtf8(source, file), { ...options, file });
  if (format === 'parquet') return readParquet(source);
  return parseText(format, decodeUtf8(openByteStream(source, compressed), file), { ...options, file });
}

function parseText(
  format: DataFormat,
  chunks: AsyncIterable<string>,
  { file, separator }: { readonly file: string; readonly separator?: string | undefined },
): AsyncIterable<RecordResult> {
  switch (format) {
    case 'csv':
      return readCsv(chunks, separator === undefined ? { file } : { file, separator });
    case 'tsv':
      return readCsv(chunks, { file, separator: separator ?? '\t' });
    case 'jsonl':
      return readJsonLines(chunks, file);
    case 'json':
      return readJsonRecords(chunks, file);
    case 'txt':
      return readTextLines(chunks, file);
    case 'parquet':
      throw new PolyheadError('INVALID_ARGUMENT', {
        message: `Parquet cannot be read from a stream ("${file}").`,
        remedy: 'Name a file instead.',
      });
  }
}
