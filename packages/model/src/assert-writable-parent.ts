import { mkdtemp, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { followLinks, pathExists, toFileError } from '@polyhead/files';

/**
 * Finds out whether a folder can be made in place of `directory` or anew, by making another one beside it or, while the
 * folders above are missing, in the nearest one that is there. Permissions alone do not tell: the disk may be read-only.
 * @throws {PolyheadError} FILE_NOT_WRITABLE, DISK_FULL
 */
export async function assertWritableParent(directory: string): Promise<void> {
  const place = await followLinks(directory);
  const parent = await findNearest(dirname(place));
  try {
    await rmdir(await mkdtemp(join(parent, '.polyhead-')));
  } catch (error) {
    throw toFileError(error, directory, 'write');
  }
}

async function findNearest(path: string): Promise<string> {
  return dirname(path) === path || (await pathExists(path)) ? path : findNearest(dirname(path));
}
