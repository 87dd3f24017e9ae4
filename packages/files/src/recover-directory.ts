import { readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { toFileError } from './file-error.ts';
import { pathExists } from './read-file.ts';
import { followLinks } from './write-place.ts';

/**
 * Cleans up after a process that was killed inside {@link replaceDirectory}: if the target is gone but its old content
 * still lies beside it, the old content is put back. Leftover unfinished folders are not touched, since another process
 * may be writing them.
 * @returns true if something was put back
 * @throws {PolyheadError} FILE_NOT_WRITABLE
 */
export async function recoverDirectory(target: string): Promise<boolean> {
  const place = await followLinks(target);
  if (!(await pathExists(dirname(place)))) return false;
  const prefix = `.${basename(place)}.old-`;
  try {
    const names = await readdir(dirname(place));
    const old = names.filter((name) => name.startsWith(prefix)).map((name) => join(dirname(place), name));
    const newest = await findNewest(old);
    if (newest === undefined) return false;
    if (await pathExists(place)) {
      await Promise.all(old.map((path) => rm(path, { recursive: true, force: true })));
      return false;
    }
    await rename(newest, place);
    return true;
  } catch (error) {
    throw toFileError(error, target, 'write');
  }
}

async function findNewest(paths: readonly string[]): Promise<string | undefined> {
  const entries = await Promise.all(paths.map(async (path) => ({ path, time: (await stat(path)).mtimeMs })));
  return entries.sort((one, other) => other.time - one.time)[0]?.path;
}
