import { open, type FileHandle } from 'node:fs/promises';
import { parquetMetadataAsync, parquetReadObjects, type AsyncBuffer, type FileMetaData } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { toFileError } from '@polyhead/files';
import { PolyheadError, type JsonValue } from '@polyhead/types';
import { classNamesOf, type ClassNames } from './parquet-class-names.ts';
import type { RecordResult } from './record.ts';

/**
 * Parquet, one row group after the other, so that memory is bounded by the largest group. Integer class labels of a
 * Hugging Face data set become their names. Binary columns that are not UTF-8 text read as null.
 * @throws {PolyheadError} FILE_NOT_FOUND, FILE_UNREADABLE, DATA_MALFORMED
 */
export async function* readParquet(path: string): AsyncGenerator<RecordResult> {
  const handle = await openFile(path);
  try {
    const file = await toAsyncBuffer(handle, path);
    const metadata = await guarded(path, () => parquetMetadataAsync(file, { parsers }));
    const classNames = classNamesOf(metadata);
    const textColumns = textColumnsOf(metadata);
    let start = 0;
    for (const group of metadata.row_groups) {
      const end = start + Number(group.num_rows);
      const range = { file, metadata, compressors, parsers, rowStart: start, rowEnd: end };
      const rows = await guarded(path, () => parquetReadObjects(range));
      for (const [index, values] of rows.entries()) {
        yield toRecord(start + index + 1, values, { classNames, textColumns });
      }
      start = end;
    }
  } finally {
    await handle.close();
  }
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (error) {
    throw toFileError(error, path, 'read');
  }
}

async function toAsyncBuffer(handle: FileHandle, path: string): Promise<AsyncBuffer> {
  const { size } = await handle.stat();
  return {
    byteLength: size,
    async slice(start, end = size) {
      const bytes = new Uint8Array(Math.max(0, Math.min(end, size) - start));
      try {
        await handle.read(bytes, 0, bytes.length, start);
      } catch (error) {
        throw toFileError(error, path, 'read');
      }
      return bytes.buffer;
    },
  };
}

/** Everything that the library throws means that the file is not what it should be. */
async function guarded<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (PolyheadError.isInstance(error)) throw error;
    throw new PolyheadError('DATA_MALFORMED', {
      message: `"${path}" cannot be read as Parquet: ${error instanceof Error ? error.message : String(error)}.`,
      remedy: 'The file is cut short, damaged or not Parquet; copy or write it again.',
      details: { file: path },
      cause: error,
    });
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true });
const parsers = {
  /** Text if it is UTF-8, else the bytes as they are: {@link toRecord} decides what that means. */
  stringFromBytes(bytes: Uint8Array | undefined): string | Uint8Array | undefined {
    if (bytes === undefined) return undefined;
    try {
      return decoder.decode(bytes);
    } catch {
      return bytes;
    }
  },
};

function textColumnsOf(metadata: FileMetaData): ReadonlySet<string> {
  const isText = (element: FileMetaData['schema'][number]): boolean =>
    element.converted_type === 'UTF8' || element.logical_type?.type === 'STRING';
  return new Set(metadata.schema.filter(isText).map((element) => element.name));
}

interface Conversion {
  readonly classNames: ClassNames;
  readonly textColumns: ReadonlySet<string>;
}

function toRecord(row: number, source: Record<string, unknown>, { classNames, textColumns }: Conversion): RecordResult {
  const values = Object.create(null) as Record<string, JsonValue>;
  for (const [name, value] of Object.entries(source)) {
    if (value instanceof Uint8Array && textColumns.has(name)) {
      return { row, problem: `column "${name}" holds bytes that are not UTF-8` };
    }
    values[name] = withClassNames(toJsonValue(value), classNames.get(name));
  }
  return { row, values };
}

function withClassNames(value: JsonValue, names: readonly string[] | undefined): JsonValue {
  if (names === undefined) return value;
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map((item) => withClassNames(item, names));
  // The datasets library writes -1 where there is no label.
  return typeof value === 'number' ? (names[value] ?? (value === -1 ? null : value)) : value;
}

function toJsonValue(value: unknown): JsonValue {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value === 'bigint') return toNumberOrText(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (Array.isArray(value)) return value.map(toJsonValue);
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return null;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, toJsonValue(item)]));
}

function toNumberOrText(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value.toString();
}
