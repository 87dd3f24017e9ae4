import { readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { toFileError } from './file-error.ts';
import { pathExists } from './read-file.ts';
import { followLinks } from './write-place.ts';

/**
 * Cleans up after a process that was killed inside {@link replaceDirectory}: if the target is gone but its old content
 * still lies beside it, the old content is put back. If the target is there, what is left over is removed, as far as that
 * is possible. Leftover unfinished folders are not touched, since another process may be writing them.
 * @returns true if something was put back
 * @throws {PolyheadError} FILE_NOT_WRITABLE if the old content cannot be put back
 */
export async function recoverDirectory(target: string): Promise<boolean> {
  const place = await followLinks(target);
  if (!(await pathExists(dirname(place)))) return false;
  try {
    const names = await readdir(dirname(place));
    const find = (kind: string): string[] =>
      names.filter((name) => name.startsWith(`.${basename(place)}.${kind}-`)).map((name) => join(dirname(place), name));
    if (await pathExists(place)) {
      await Promise.all([...find('old').map(discardDirectory), ...find('discarded').map(removeIfPossible)]);
      return false;
    }
    const newest = await findNewest(find('old'));
    if (newest === undefined) return false;
    await rename(newest, place);
    return true;
  } catch (error) {
    throw toFileError(error, target, 'write');
  }
}

/**
 * Removes an old folder `.NAME.old-*` as far as that is possible: files of somebody else, or open ones, may stay. It gets
 * the name `.NAME.discarded-*` before the first file goes, so that no part of a folder is ever put back as if it were the whole.
 */
export async function discardDirectory(old: string): Promise<void> {
  const discarded = old.replace(/\.old-([^/\\]*)$/, '.discarded-$1');
  try {
    await rename(old, discarded);
  } catch {
    return;
  }
  await removeIfPossible(discarded);
}

async function removeIfPossible(directory: string): Promise<void> {
  await rm(directory, { recursive: true, force: true }).catch(() => undefined);
}

async function findNewest(paths: readonly string[]): Promise<string | undefined> {
  const entries = await Promise.all(paths.map(async (path) => ({ path, time: (await stat(path)).mtimeMs })));
  return entries.sort((one, other) => other.time - one.time)[0]?.path;
}
