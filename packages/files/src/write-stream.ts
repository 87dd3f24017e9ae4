import { chmod, open, mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { randomUUID } from 'node:crypto';
import { toFileError } from './file-error.ts';
import { findWritePlace } from './write-place.ts';

const flushAt = 1 << 16;

/** Text of any length in pieces. */
type Pieces = AsyncIterable<string> | Iterable<string>;

/**
 * Writes text of any length, piece by piece, to a file beside `path` that takes its place when all is written. If the
 * pieces end with an error, the old file is untouched. A device or pipe is written into as the pieces come.
 * @throws {PolyheadError} FILE_NOT_WRITABLE, DISK_FULL, and whatever `pieces` throws
 */
export async function writePiecesAtomic(path: string, pieces: Pieces): Promise<void> {
  try {
    const place = await findWritePlace(path);
    await (place.isStream ? appendPieces(place.path, 'a', pieces) : replaceFile(place.path, place.mode, pieces));
  } catch (error) {
    throw typeof error === 'object' && error !== null && 'syscall' in error ? toFileError(error, path, 'write') : error;
  }
}

async function replaceFile(place: string, mode: number | undefined, pieces: Pieces): Promise<void> {
  const temporary = `${place}.${randomUUID()}.partial`;
  try {
    await mkdir(dirname(place), { recursive: true });
    await appendPieces(temporary, 'wx', pieces);
    if (mode !== undefined) await chmod(temporary, mode);
    await rename(temporary, place);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}

async function appendPieces(path: string, flags: 'a' | 'wx', pieces: Pieces): Promise<void> {
  const file = await open(path, flags);
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
}
