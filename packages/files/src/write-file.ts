import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import writeAtomically from 'write-file-atomic';
import { toFileError } from './file-error.ts';
import { pathExists } from './read-file.ts';
import { discardDirectory, recoverDirectory } from './recover-directory.ts';
import { findWritePlace, followLinks } from './write-place.ts';

/**
 * Writes a file so that a reader sees the old content or the new, never a part. Makes the folders above it. A device or
 * pipe is written into.
 * @throws {PolyheadError} FILE_NOT_WRITABLE, DISK_FULL
 */
export async function writeFileAtomic(path: string, data: string | Uint8Array): Promise<void> {
  try {
    const place = await findWritePlace(path);
    if (place.isStream) {
      await writeFile(place.path, data, { flag: 'a' });
      return;
    }
    await mkdir(dirname(place.path), { recursive: true });
    await writeAtomically(
      place.path,
      typeof data === 'string' ? data : Buffer.from(data.buffer, data.byteOffset, data.byteLength),
    );
  } catch (error) {
    throw toFileError(error, path, 'write');
  }
}

/**
 * Replaces a whole folder: `write` fills a temporary folder beside it, which then takes its place by renaming.
 * If `write` fails, `target` is as it was and the temporary folder is gone. A crash between the two renames leaves the
 * old folder beside the target as `.NAME.old-*`; {@link recoverDirectory}, which every call starts with, puts it back.
 * An old folder that cannot be removed stays as `.NAME.discarded-*`; later calls try again.
 * If `target` is a link, what it leads to is replaced.
 * @throws {PolyheadError} FILE_NOT_WRITABLE, DISK_FULL, and whatever `write` throws
 */
export async function replaceDirectory(
  target: string,
  write: (temporaryDirectory: string) => Promise<void>,
): Promise<void> {
  const place = await followLinks(target);
  await recoverDirectory(place);
  const temporary = await makeTemporaryDirectory(place);
  try {
    await write(temporary);
    await swap(temporary, place);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true }).catch(() => undefined);
    throw isSystemError(error) ? toFileError(error, target, 'write') : error;
  }
}

function isSystemError(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'syscall' in error;
}

async function makeTemporaryDirectory(place: string): Promise<string> {
  try {
    await mkdir(dirname(place), { recursive: true });
    // Not mkdtemp: its folders are closed to everybody else, and this one becomes the user's.
    const temporary = join(dirname(place), `.${basename(place)}.new-${randomUUID()}`);
    await mkdir(temporary);
    return temporary;
  } catch (error) {
    throw toFileError(error, place, 'write');
  }
}

async function swap(temporary: string, place: string): Promise<void> {
  if (!(await pathExists(place))) {
    await rename(temporary, place);
    return;
  }
  const old = temporary.replace(/\.new-([^/\\]*)$/, '.old-$1');
  await rename(place, old);
  try {
    await rename(temporary, place);
  } catch (error) {
    await rename(old, place);
    throw error;
  }
  // The new folder is in place: what cannot be removed of the old one is no reason to fail.
  await discardDirectory(old);
}
