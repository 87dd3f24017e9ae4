import { lstat, readlink, realpath, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/** What stands where something is to be written. */
export interface WritePlace {
  /** Absolute, with links followed, so that a rename replaces what a link leads to and not the link. */
  readonly path: string;
  /** True for a device, pipe or socket: such a thing is written into, since a rename would destroy it. */
  readonly isStream: boolean;
  /** Permissions of the file that is replaced; undefined if there is none. */
  readonly mode: number | undefined;
}

const mostLinks = 40;

/** Where a write to `path` goes. */
export async function findWritePlace(path: string): Promise<WritePlace> {
  const entry = await stat(path).catch(() => undefined);
  // The links of /proc that /dev/stdout leads to can be opened, but lead to no path.
  if (entry !== undefined && !entry.isFile() && !entry.isDirectory()) {
    return { path: resolve(path), isStream: true, mode: undefined };
  }
  return { path: await followLinks(path), isStream: false, mode: entry?.isFile() === true ? entry.mode : undefined };
}

/** The absolute path that a path leads to; unlike `realpath` also if the last link leads to nothing yet. */
export async function followLinks(path: string): Promise<string> {
  let place = resolve(path);
  for (let links = 0; links < mostLinks; links++) {
    const entry = await lstat(place).catch(() => undefined);
    if (entry?.isSymbolicLink() !== true) break;
    const real = await realpath(place).catch(() => undefined);
    if (real !== undefined) return real;
    // From the real folder of the link: `..` in it does not lead back over a link above it.
    const parent = await realpath(dirname(place)).catch(() => dirname(place));
    place = resolve(parent, await readlink(place));
  }
  return place;
}
