import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { listFiles } from './read-file.ts';
import { recoverDirectory } from './recover-directory.ts';
import { replaceDirectory } from './write-file.ts';

/** Folders whose name matches cannot be renamed or removed, like those with open files or files of somebody else. */
const stuck = vi.hoisted(() => ({ rename: /^$/, rm: /^$/ }));

vi.mock('node:fs/promises', async (importActual) => {
  const actual = await importActual<{
    rename: (from: string, to: string) => Promise<void>;
    rm: (path: string, options: object) => Promise<void>;
  }>();
  const refuse = (syscall: string): Promise<never> =>
    Promise.reject(Object.assign(new Error('not permitted'), { code: 'EPERM', syscall }));
  return {
    ...actual,
    rename: (from: string, to: string) => (stuck.rename.test(from) ? refuse('rename') : actual.rename(from, to)),
    rm: async (path: string, options: object) => {
      if (!stuck.rm.test(path)) return actual.rm(path, options);
      // What it can remove before it fails.
      await actual.rm(join(path, 'one'), { force: true });
      return refuse('rm');
    },
  };
});

let parent: string;
let target: string;
const write = (name: string) => (directory: string) => writeFile(join(directory, name), '');

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'polyhead-leftovers-'));
  target = join(parent, 'model');
  await replaceDirectory(target, async (directory) => {
    await write('one')(directory);
    await write('two')(directory);
  });
});
afterEach(async () => {
  Object.assign(stuck, { rename: /^$/, rm: /^$/ });
  await rm(parent, { recursive: true });
});

describe('an old folder that cannot be removed', () => {
  it('does not make the save fail, nor the next one, and goes when it can', async () => {
    stuck.rm = /\.model\./;
    await replaceDirectory(target, write('three'));
    await replaceDirectory(target, write('four'));
    expect(await listFiles(target)).toEqual(['four']);
    expect(await recoverDirectory(target)).toBe(false);
    stuck.rm = /^$/;
    await recoverDirectory(target);
    expect(await readdir(parent)).toEqual(['model']);
  });

  it('is never put back once parts of it may be gone', async () => {
    stuck.rm = /\.model\./;
    await replaceDirectory(target, write('three'));
    stuck.rm = /^$/;
    await rename(target, join(parent, '.model.old-a'));
    expect(await recoverDirectory(target)).toBe(true);
    expect(await listFiles(target)).toEqual(['three']);
  });

  it('stays whole if it cannot even be renamed', async () => {
    stuck.rename = /\.model\.old-/;
    await replaceDirectory(target, write('three'));
    const [leftover = ''] = (await readdir(parent)).filter((name) => name.startsWith('.model.old-'));
    expect(await listFiles(join(parent, leftover))).toEqual(['one', 'two']);
    expect(await recoverDirectory(target)).toBe(false);
    stuck.rename = /^$/;
    await replaceDirectory(target, write('four'));
    expect(await readdir(parent)).toEqual(['model']);
  });

  it('belongs to no other folder of a similar name', async () => {
    await mkdir(join(parent, '.model.old-'));
    await mkdir(join(parent, '.model2.old-1'));
    await replaceDirectory(target, write('three'));
    expect((await readdir(parent)).sort()).toEqual(['.model2.old-1', 'model']);
  });
});
