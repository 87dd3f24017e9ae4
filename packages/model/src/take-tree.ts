import { copyFile, link, lstat, mkdir, readdir, readlink, realpath, symlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { toFileError } from '@polyhead/files';

/** What becomes of links: they stay links, or what they lead to is copied. */
export type LinkTreatment = 'keep' | 'resolve';

/**
 * Takes a file or a folder with all that is in it over into a new folder. Files are the same ones under a second name where
 * the disk can do that: those of a model are replaced, never changed in place. Files behind links are somebody else's, so
 * where links are resolved, they are copied. A link that leads to nothing stays a link.
 * @throws {PolyheadError} FILE_NOT_WRITABLE, DISK_FULL
 */
export async function takeTree(source: string, target: string, links: LinkTreatment): Promise<void> {
  try {
    await mkdir(dirname(target), { recursive: true });
    await takeEntry({ source, target, links, take: linkFile });
  } catch (error) {
    throw toFileError(error, resolve(source), 'write');
  }
}

interface Entry {
  readonly source: string;
  readonly target: string;
  readonly links: LinkTreatment;
  readonly take: (source: string, target: string) => Promise<void>;
}

async function takeEntry(entry: Entry): Promise<void> {
  const { source, target, links, take } = entry;
  const state = await lstat(source);
  if (state.isSymbolicLink()) {
    const real = links === 'keep' ? undefined : await realpath(source).catch(() => undefined);
    if (real === undefined) await symlink(await readlink(source), target);
    else await takeEntry({ ...entry, source: real, take: copyFile });
  } else if (state.isDirectory()) {
    await mkdir(target, { recursive: true });
    for (const name of await readdir(source)) {
      await takeEntry({ ...entry, source: join(source, name), target: join(target, name) });
    }
  } else {
    await take(source, target);
  }
}

async function linkFile(source: string, target: string): Promise<void> {
  await link(source, target).catch(() => copyFile(source, target));
}
