import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

import { toFileError } from '@polyhead/files';

const longestWrite = 2 ** 30;

/**
 * Writes parts one after the other to a temporary file beside `path`, which then takes its place.
 * For files that are too large to be one array.
 * @throws {PolyheadError} FILE_NOT_WRITABLE, DISK_FULL
 */
export async function writeParts(path: string, parts: Iterable<Uint8Array>): Promise<void> {
  const temporary = `${path}.new-${process.pid}`;
  try {
    await mkdir(dirname(resolve(path)), { recursive: true });
    await writeAll(temporary, parts);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw toFileError(error, path, 'write');
  }
}

async function writeAll(path: string, parts: Iterable<Uint8Array>): Promise<void> {
  const handle = await open(path, 'w');
  try {
    let position = 0;
    for (const part of parts) {
      for (let start = 0; start < part.byteLength;) {
        const length = Math.min(longestWrite, part.byteLength - start);
        const { bytesWritten } = await handle.write(part, start, length, position);
        start += bytesWritten;
        position += bytesWritten;
      }
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
}
