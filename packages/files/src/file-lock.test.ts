import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withFileLock } from './file-lock.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polyhead-lock-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('withFileLock', () => {
  it('lets one in at a time and leaves nothing behind', async () => {
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      most = Math.max(most, ++inside);
      await new Promise((resolve) => setTimeout(resolve, 5));
      inside--;
    };
    await Promise.all([1, 2, 3].map(() => withFileLock(join(folder, 'deep', 'x.lock'), work)));
    expect(most).toBe(1);
    expect(await readdir(join(folder, 'deep'))).toEqual([]);
  });

  it('takes over the lock of a process that has died', async () => {
    const path = join(folder, 'x.lock');
    // Process ids are below 2^22 on Linux and far below this number elsewhere.
    await writeFile(path, `${hostname()} 99999999`);
    expect(await withFileLock(path, () => Promise.resolve('done'))).toBe('done');
  });

  it('waits for a living one, and stops waiting when aborted', async () => {
    const path = join(folder, 'x.lock');
    await writeFile(path, `${hostname()} ${process.pid}`);
    const waiting = withFileLock(path, () => Promise.resolve(1), AbortSignal.timeout(150));
    await expect(waiting).rejects.toMatchObject({ code: 'ABORTED' });
  });

  it('frees the lock when the work fails', async () => {
    const path = join(folder, 'x.lock');
    const failure = new Error('broken');
    await expect(withFileLock(path, () => Promise.reject(failure))).rejects.toBe(failure);
    expect(await readdir(folder)).toEqual([]);
  });
});
