import { open, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { randomUUID } from 'node:crypto';
import { toFileError } from './file-error.ts';

const flushAt = 1 << 16;

/**
 * Writes text of any length, piece by piece, to a file beside `path` that takes its place when all is written. If the
 * pieces end with an error, the old file is untouched.
 * @throws {PolyheadError} FILE_NOT_WRITABLE, DISK_FULL, and whatever `pieces` throws
 */
export async function writePiecesAtomic(path: string, pieces: AsyncIterable<string> | Iterable<string>): Promise<void> {
  const place = resolve(path);
  const temporary = `${place}.${randomUUID()}.partial`;
  try {
    await mkdir(dirname(place), { recursive: true });
    const file = await open(temporary, 'wx');
    try {
      let waiting = '';
      for await (const piece of pieces) {
        waiting += piece;
        if (waiting.length < flushAt) continue;
        await file.appendFile(waiting);
        waiting = '';
      }
      await file.appendFile(waiting);
    } finally {
      await file.close();
    }
    await rename(temporary, place);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw typeof error === 'object' && error !== null && 'syscall' in error ? toFileError(error, path, 'write') : error;
  }
}
