import { lstat, mkdir, readFile, readdir, readlink, rename, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { addHeadsToModel, removeHead } from './change-model.ts';
import { loadModelHeads } from './load-model.ts';
import { readManifest } from './manifest.ts';
import { assertModelTarget } from './model-folder.ts';
import { saveModel } from './save-model.ts';
import { createFakeEncoder } from './testing/fake-encoder.ts';
import { fakeRegistry } from './testing/fake-head.ts';
import { createEmotionHead, createIntentHead, withFolder } from './testing/saved-models.ts';

async function saveTrained(directory: string): Promise<void> {
  await saveModel(directory, {
    encoder: createFakeEncoder(),
    heads: [createIntentHead(), createEmotionHead()],
    trainedEncoder: {
      reference: 'owner/base',
      write: async (target) => {
        await mkdir(join(target, '1_Pooling'), { recursive: true });
        await writeFile(join(target, 'weights'), 'trained');
        await writeFile(join(target, '1_Pooling', 'config.json'), '{}');
      },
    },
  });
}

async function addAnother(directory: string): Promise<void> {
  await addHeadsToModel(directory, { heads: [createIntentHead('another', 2)] });
}

const isLink = async (path: string): Promise<boolean> => (await lstat(path)).isSymbolicLink();

describe.skipIf(process.platform === 'win32')('links in a model folder', () => {
  it('that are not the model’s stay links, wherever they lead', async () => {
    await withFolder(async (folder) => {
      const directory = join(folder, 'model');
      await saveTrained(directory);
      await mkdir(join(folder, 'data'));
      await writeFile(join(folder, 'data', 'rows.csv'), 'big');
      const links = { data: '../data', rows: join(folder, 'data', 'rows.csv'), '.#README.md': 'me@host.1:2' };
      await mkdir(join(directory, 'notes'));
      for (const [name, target] of Object.entries(links)) {
        await symlink(target, join(directory, name));
        await symlink(target, join(directory, 'notes', name));
      }
      await addAnother(directory);
      await removeHead(directory, 'another');
      for (const [name, target] of Object.entries(links)) {
        expect(await readlink(join(directory, name))).toBe(target);
        expect(await readlink(join(directory, 'notes', name))).toBe(target);
      }
      expect(await readFile(join(directory, 'data', 'rows.csv'), 'utf8')).toBe('big');
    });
  });

  it('to an encoder whose files are links, as in the cache of the hub, become its files', async () => {
    await withFolder(async (folder) => {
      const directory = join(folder, 'model');
      await saveTrained(directory);
      const snapshot = join(folder, 'cache', 'snapshots', 'abc');
      await mkdir(join(folder, 'cache', 'blobs'), { recursive: true });
      await mkdir(join(snapshot, '..'), { recursive: true });
      await rename(join(directory, 'encoder'), snapshot);
      await rename(join(snapshot, 'weights'), join(folder, 'cache', 'blobs', '123'));
      await symlink('../../blobs/123', join(snapshot, 'weights'));
      await symlink(snapshot, join(directory, 'encoder'));
      await addAnother(directory);
      const encoder = join(directory, 'encoder');
      for (const name of ['', 'weights', '1_Pooling', '1_Pooling/config.json']) {
        expect(await isLink(join(encoder, name))).toBe(false);
      }
      expect(await readFile(join(encoder, 'weights'), 'utf8')).toBe('trained');
      // Files of somebody else may be written in place: they are not shared.
      expect((await stat(join(encoder, 'weights'))).nlink).toBe(1);
      expect((await stat(join(encoder, '1_Pooling', 'config.json'))).nlink).toBe(1);
    });
  });

  it('to an encoder that is out of reach stay', async () => {
    await withFolder(async (folder) => {
      const directory = join(folder, 'model');
      await saveTrained(directory);
      await rename(join(directory, 'encoder'), join(folder, 'unplugged'));
      await symlink('../disk/encoder', join(directory, 'encoder'));
      await removeHead(directory, 'emotion');
      expect(await readlink(join(directory, 'encoder'))).toBe('../disk/encoder');
    });
  });

  it('to weights of a head become the weights', async () => {
    await withFolder(async (folder) => {
      const directory = join(folder, 'model');
      await saveTrained(directory);
      const weights = join(directory, 'heads', 'intent.safetensors');
      await rename(weights, join(folder, 'elsewhere'));
      await symlink(join(folder, 'elsewhere'), weights);
      await addAnother(directory);
      expect(await isLink(weights)).toBe(false);
      expect((await loadModelHeads(directory, { registry: fakeRegistry })).heads.size).toBe(3);
    });
  });
});

describe.skipIf(process.platform === 'win32')('a model that is named by a link', () => {
  it.each<[string, (directory: string) => Promise<unknown>]>([
    ['reading it', (directory) => readManifest(directory)],
    ['checking the place', (directory) => assertModelTarget(directory)],
    ['adding a head', addAnother],
  ])('is found by %s after a crash between the two renames', async (_, use) => {
    await withFolder(async (folder) => {
      const releases = join(folder, 'releases');
      await saveTrained(join(releases, 'm'));
      await symlink(join('releases', 'm'), join(folder, 'current'));
      await rename(join(releases, 'm'), join(releases, '.m.old-a1b2c3'));
      await use(join(folder, 'current'));
      expect(await readdir(releases)).toEqual(['m']);
      expect((await readdir(folder)).sort()).toEqual(['current', 'releases']);
      expect((await readManifest(join(folder, 'current'))).heads.length).toBeGreaterThan(1);
    });
  });

  it('is locked where it lies, also while it is not there', async () => {
    await withFolder(async (folder) => {
      await mkdir(join(folder, 'releases'));
      await symlink(join('releases', 'm'), join(folder, 'current'));
      const seen: string[][] = [];
      await saveModel(join(folder, 'current'), {
        encoder: createFakeEncoder(),
        heads: [createIntentHead()],
        trainedEncoder: {
          reference: 'owner/base',
          write: async (target) => {
            await mkdir(target);
            seen.push(await readdir(folder), await readdir(join(folder, 'releases')));
          },
        },
      });
      expect(seen[0]?.sort()).toEqual(['current', 'releases']);
      expect(seen[1]).toContain('.m.lock');
      expect(await readdir(join(folder, 'releases'))).toEqual(['m']);
    });
  });
});
