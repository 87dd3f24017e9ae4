import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the suite keeps everything that it makes; git ignores it and it may be deleted at any time. */
export const workDirectory: string = fileURLToPath(new URL('../.work', import.meta.url));

/** A folder in {@link workDirectory}, made if it is not there. */
export async function openWorkFolder(name: string): Promise<string> {
  const folder = join(workDirectory, name);
  await mkdir(folder, { recursive: true });
  return folder;
}
