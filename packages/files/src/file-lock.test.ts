import { mkdtemp, readFile, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { withFileLock } from './file-lock.ts';

/** What happens during each pause between two looks at a lock; pauses take no time here. */
const pauses = vi.hoisted(() => ({ count: 0, during: (): Promise<void> | undefined => undefined }));

vi.mock('node:timers/promises', () => ({
  setTimeout: async () => {
    pauses.count++;
    await pauses.during();
    await new Promise((resolve) => setImmediate(resolve));
  },
}));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polyhead-lock-'));
  Object.assign(pauses, { count: 0, during: () => undefined });
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
    const stop = new AbortController();
    pauses.during = () => {
      if (pauses.count === 1000) stop.abort();
      return undefined;
    };
    const waiting = withFileLock(path, () => Promise.resolve(1), stop.signal);
    await expect(waiting).rejects.toMatchObject({ code: 'ABORTED' });
    expect(pauses.count).toBe(1000);
  });

  const minutesAgo = (minutes: number): Date => new Date(Date.now() - 60_000 * minutes);

  it.each([
    // A container that starts again has the name and the process ids that it had before.
    ['of this process id which nobody refreshes', `${hostname()} ${process.pid} of-another-life`, 6],
    ['of another machine which nobody refreshes', 'elsewhere-in-the-network 1 x', 2],
  ])('takes over a lock %s, after it has watched it', async (_, owner, age) => {
    const path = join(folder, 'x.lock');
    await writeFile(path, owner);
    await utimes(path, minutesAgo(age), minutesAgo(age));
    expect(await withFileLock(path, () => Promise.resolve('done'))).toBe('done');
    expect(pauses.count).toBeGreaterThan(100);
    expect(await readdir(folder)).toEqual([]);
  });

  it('does not take over an old lock that is refreshed again, as after a machine was suspended', async () => {
    const path = join(folder, 'x.lock');
    await writeFile(path, `${hostname()} ${process.pid} x`);
    await utimes(path, minutesAgo(600), minutesAgo(600));
    const stop = new AbortController();
    pauses.during = async () => {
      if (pauses.count === 50) await utimes(path, new Date(), new Date());
      if (pauses.count === 2000) stop.abort();
    };
    const waiting = withFileLock(path, () => Promise.resolve(1), stop.signal);
    await expect(waiting).rejects.toMatchObject({ code: 'ABORTED' });
  });

  it('leaves the lock of another process that took it over meanwhile', async () => {
    const path = join(folder, 'x.lock');
    await withFileLock(path, () => writeFile(path, 'somebody 1 else'));
    expect(await readFile(path, 'utf8')).toBe('somebody 1 else');
  });

  it('frees the lock when the work fails', async () => {
    const path = join(folder, 'x.lock');
    const failure = new Error('broken');
    await expect(withFileLock(path, () => Promise.reject(failure))).rejects.toBe(failure);
    expect(await readdir(folder)).toEqual([]);
  });
});
