import { closeSync, openSync, readSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';

import { toFileError } from '@polyhead/files';
import { PolyheadError } from '@polyhead/types';

/** A part of a file. */
export interface FileRange {
  readonly path: string;
  /** First byte. */
  readonly offset: number;
  /** Byte count. */
  readonly length: number;
}

// One system call reads less than 2^31 bytes.
const longestRead = 2 ** 30;

/**
 * Reads a part of a file now, however large.
 * @throws {PolyheadError} FILE_NOT_FOUND, FILE_UNREADABLE
 */
export function readFileRangeSync(range: FileRange): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(range.length);
  try {
    const descriptor = openSync(range.path, 'r');
    try {
      let done = 0;
      while (done < range.length) {
        const length = Math.min(longestRead, range.length - done);
        const count = readSync(descriptor, bytes, { offset: done, length, position: range.offset + done });
        done += assertProgress(count, range);
      }
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    throw toFileError(error, range.path, 'read');
  }
  return bytes;
}

/**
 * Calls `use` with an open file and closes it afterwards.
 * @throws {PolyheadError} FILE_NOT_FOUND, FILE_UNREADABLE, and whatever `use` throws
 */
export async function withOpenFile<Result>(
  path: string,
  use: (handle: FileHandle) => Promise<Result>,
): Promise<Result> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, 'r');
    return await use(handle);
  } catch (error) {
    throw toFileError(error, path, 'read');
  } finally {
    await handle?.close();
  }
}

/**
 * Reads a part of an open file, however large.
 * @throws {PolyheadError} FILE_UNREADABLE
 */
export async function readFileRange(handle: FileHandle, range: FileRange): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(range.length);
  let done = 0;
  while (done < range.length) {
    const length = Math.min(longestRead, range.length - done);
    const { bytesRead } = await handle.read(bytes, done, length, range.offset + done);
    done += assertProgress(bytesRead, range);
  }
  return bytes;
}

function assertProgress(count: number, range: FileRange): number {
  if (count === 0) {
    throw new PolyheadError('FILE_UNREADABLE', {
      message: `"${range.path}" ends before byte ${range.offset + range.length}.`,
      remedy: 'The file became shorter while it was in use; restore it and load the model again.',
      details: { file: range.path },
    });
  }
  return count;
}
