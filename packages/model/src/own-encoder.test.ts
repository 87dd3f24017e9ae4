import { mkdir, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { LoadedEncoder } from '@polyhead/backbone';
import { addHeadsToModel, removeHead } from './change-model.ts';
import { readManifest } from './manifest.ts';
import { saveModel, type SaveModelOptions } from './save-model.ts';
import { createFakeEncoder } from './testing/fake-encoder.ts';
import { changeJson, createEmotionHead, createIntentHead, withFolder } from './testing/saved-models.ts';
import { readTrainingRecord, type TrainingRecord } from './training-file.ts';

const record: TrainingRecord = {
  settings: { learningRate: 1e-4 },
  steps: [{ step: 1, figures: { loss: 1 } }],
  epochs: [{ epoch: 1, step: 1, training: { loss: 1 } }],
  bestEpoch: 1,
  weights: { intent: 1 },
};

const topic = [createIntentHead('topic', 7)];

async function saveTrained(directory: string, changes: Partial<SaveModelOptions> = {}): Promise<void> {
  const base = join(directory, '..', 'base');
  await mkdir(base, { recursive: true });
  await writeFile(join(base, 'README.md'), '---\nlicense: apache-2.0\n---\n');
  const writeOne = (name: string) => async (target: string) => {
    await mkdir(target);
    await writeFile(join(target, name), 'trained');
  };
  await saveModel(directory, {
    encoder: createFakeEncoder(),
    heads: [createIntentHead(), createEmotionHead()],
    training: record,
    trainedEncoder: {
      reference: 'owner/base',
      licenseDirectory: base,
      write: writeOne('config.json'),
      writeAdapters: writeOne('matrices'),
    },
    seconds: { train: 60 },
    counts: { intent: { train: 10 }, emotion: { train: 20 } },
    ...changes,
  });
}

/** The encoder as `loadEncoder` gives it for a model folder, as far as saving one with the same digest needs it. */
function loadedFrom(directory: string, reference = directory): LoadedEncoder {
  const files = { directory: join(directory, 'encoder') };
  return Object.assign(createFakeEncoder({ reference }), {
    directory: files.directory,
    files,
    toOnnxModel: () => undefined,
  }) as unknown as LoadedEncoder;
}

async function expectKept(directory: string): Promise<void> {
  expect(await readFile(join(directory, 'encoder', 'config.json'), 'utf8')).toBe('trained');
  expect(await readFile(join(directory, 'adapters', 'matrices'), 'utf8')).toBe('trained');
  expect(await readTrainingRecord(directory)).toEqual(record);
  expect((await readManifest(directory)).encoder).toMatchObject({
    reference: 'owner/base',
    storage: 'copied',
    license: 'apache-2.0',
  });
}

describe('heads that are saved over the model whose encoder they were trained on', () => {
  it.each<[string, (directory: string) => Promise<void>]>([
    ['by its path', (directory) => saveModel(directory, { encoder: loadedFrom(directory), heads: topic })],
    [
      'with kept heads',
      (directory) => saveModel(directory, { encoder: loadedFrom(directory), heads: topic, keep: ['intent'] }),
    ],
    [
      'as a copy',
      (directory) => saveModel(directory, { encoder: loadedFrom(directory), heads: topic, selfContained: true }),
    ],
    [
      'by an encoder that only has a reference',
      (directory) => saveModel(directory, { encoder: createFakeEncoder({ reference: directory }), heads: topic }),
    ],
    [
      'through a link',
      async (directory) => {
        await symlink(directory, `${directory}-link`);
        await saveModel(`${directory}-link`, { encoder: loadedFrom(directory), heads: topic });
      },
    ],
    [
      'from a link',
      async (directory) => {
        await symlink(directory, `${directory}-link`);
        await saveModel(directory, { encoder: loadedFrom(`${directory}-link`), heads: topic });
      },
    ],
  ])('%s keep encoder, adapters, record, reference and licence', async (_, save) => {
    await withFolder(async (folder) => {
      const directory = join(folder, 'tuned');
      await saveTrained(directory);
      await save(directory);
      await expectKept(directory);
      const names = (await readManifest(directory)).heads.map(({ name }) => name);
      expect(names).toContain('topic');
      expect(names).not.toContain('emotion');
    });
  });

  it('keep an encoder that is a link', async () => {
    await withFolder(async (folder) => {
      const [directory, far] = [join(folder, 'tuned'), join(folder, 'far')];
      await saveTrained(directory);
      await rm(join(directory, 'encoder'), { recursive: true });
      await mkdir(far);
      await writeFile(join(far, 'config.json'), 'trained');
      await symlink(far, join(directory, 'encoder'));
      await saveModel(directory, { encoder: loadedFrom(directory), heads: topic });
      await expectKept(directory);
    });
  });

  it('are refused if meanwhile the model got another encoder, and nothing is lost', async () => {
    await withFolder(async (folder) => {
      const directory = join(folder, 'tuned');
      const encoder = createFakeEncoder({ reference: directory });
      await saveTrained(directory, { encoder: createFakeEncoder({ digest: 'a'.repeat(64) }) });
      await expect(saveModel(directory, { encoder, heads: topic })).rejects.toMatchObject({
        code: 'MODEL_ENCODER_MISMATCH',
      });
      await expectKept(directory);
    });
  });

  it('leave a folder of the user’s own in the model where it is, and its reference', async () => {
    await withFolder(async (folder) => {
      const directory = join(folder, 'model');
      await saveModel(directory, { encoder: createFakeEncoder(), heads: topic });
      const base = join(directory, 'base');
      await mkdir(base);
      await writeFile(join(base, 'config.json'), '{}');
      await saveModel(directory, { encoder: createFakeEncoder({ reference: base }), heads: topic });
      expect(await readdir(base)).toEqual(['config.json']);
      expect((await readManifest(directory)).encoder).toMatchObject({ reference: base, storage: 'referenced' });
    });
  });
});

describe('an encoder that learned further', () => {
  it('from the model that it is saved over keeps reference and licence', async () => {
    await withFolder(async (folder) => {
      const directory = join(folder, 'tuned');
      await saveTrained(directory);
      const write = async (target: string): Promise<void> => {
        await mkdir(target);
        await writeFile(join(target, 'config.json'), 'again');
      };
      const licenseDirectory = join(directory, 'encoder');
      await saveTrained(directory, { trainedEncoder: { reference: directory, licenseDirectory, write } });
      const { reference, license } = (await readManifest(directory)).encoder;
      expect({ reference, license }).toEqual({ reference: 'owner/base', license: 'apache-2.0' });
      expect(await readFile(join(directory, 'encoder', 'config.json'), 'utf8')).toBe('again');
      expect(await readdir(directory)).not.toContain('adapters');
    });
  });
});

describe('an encoder that was put back into a model that names it', () => {
  it('stays when heads come and go', async () => {
    await withFolder(async (folder) => {
      const directory = join(folder, 'tuned');
      await saveTrained(directory);
      await changeJson(join(directory, 'polyhead.json'), (manifest) => {
        manifest['encoder'] = { ...(manifest['encoder'] as object), storage: 'referenced', reference: directory };
      });
      await addHeadsToModel(directory, { heads: topic });
      await removeHead(directory, 'topic');
      expect(await readFile(join(directory, 'encoder', 'config.json'), 'utf8')).toBe('trained');
    });
  });
});
