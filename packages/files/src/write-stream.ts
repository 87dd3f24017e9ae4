import { chmod, open, mkdir, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { randomUUID } from 'node:crypto';
import { toFileError } from './file-error.ts';
import { findWritePlace } from './write-place.ts';

const flushAt = 1 << 16;

/** Text or bytes of any length in pieces. */
type Pieces = AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>;

/**
 * Writes text or bytes of any length, piece by piece, to a file beside `path` that takes its place when all is written. If the
 * pieces end with an error, the old file is untouched. A device or pipe is written into as the pieces come.
 * @throws {PolyheadError} FILE_NOT_WRITABLE, DISK_FULL, and whatever `pieces` throws
 */
export async function writePiecesAtomic(path: string, pieces: Pieces): Promise<void> {
  try {
    const place = await findWritePlace(path);
    await (place.isStream ? writeInto(place.path, pieces) : replaceFile(place.path, place.mode, pieces));
  } catch (error) {
    throw typeof error === 'object' && error !== null && 'syscall' in error ? toFileError(error, path, 'write') : error;
  }
}

async function replaceFile(place: string, mode: number | undefined, pieces: Pieces): Promise<void> {
  const temporary = `${place}.${randomUUID()}.partial`;
  try {
    await mkdir(dirname(place), { recursive: true });
    await writeNewFile(temporary, pieces);
    if (mode !== undefined) await chmod(temporary, mode);
    await rename(temporary, place);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}

async function writeInto(path: string, pieces: Pieces): Promise<void> {
  const file = await open(path, 'a');
  try {
    await appendPieces(file, pieces);
  } finally {
    await file.close();
  }
}

/** What was renamed before it was on the disk would be empty after a power failure. */
async function writeNewFile(path: string, pieces: Pieces): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await appendPieces(file, pieces);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Short pieces of text are gathered, bytes are written as they come. */
async function appendPieces(file: FileHandle, pieces: Pieces): Promise<void> {
  let waiting = '';
  for await (const piece of pieces) {
    if (typeof piece === 'string') waiting += piece;
    if (typeof piece === 'string' && waiting.length < flushAt) continue;
    await file.appendFile(waiting);
    waiting = '';
    if (typeof piece !== 'string') await file.appendFile(piece);
  }
  await file.appendFile(waiting);
}
