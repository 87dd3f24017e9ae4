import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { withFileLock } from './file-lock.ts';

/** What happens after the next read of a file, before the reader learns what it read. */
const hook = vi.hoisted(() => ({ afterRead: (): Promise<void> | undefined => undefined }));

vi.mock('node:fs/promises', async (importActual) => {
  const actual = await importActual<{ readFile: (path: string, encoding: 'utf8') => Promise<string> }>();
  const readFile = async (path: string, encoding: 'utf8'): Promise<string> => {
    const text = await actual.readFile(path, encoding);
    const { afterRead } = hook;
    hook.afterRead = () => undefined;
    await afterRead();
    return text;
  };
  return { ...actual, readFile };
});

it('does not take over a lock that another process took over a moment before', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'polyhead-lock-'));
  const path = join(folder, 'x.lock');
  await writeFile(path, `${hostname()} 99999999`);
  let inside = 0;
  let most = 0;
  const work = async (): Promise<void> => {
    most = Math.max(most, ++inside);
    await new Promise((resolve) => setTimeout(resolve, 250));
    inside--;
  };
  let other: Promise<void> = Promise.resolve();
  hook.afterRead = () =>
    new Promise((resolve) => {
      other = withFileLock(path, () => {
        resolve();
        return work();
      });
    });
  await withFileLock(path, work);
  await other;
  expect(most).toBe(1);
  expect(await readdir(folder)).toEqual([]);
  await rm(folder, { recursive: true });
});
