import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { addHeadsToModel, removeHead } from './change-model.ts';
import { loadModelHeads } from './load-model.ts';
import { readManifest } from './manifest.ts';
import { renderTrainingReport } from './render-report.ts';
import { saveModel } from './save-model.ts';
import { createFakeEncoder } from './testing/fake-encoder.ts';
import { fakeRegistry } from './testing/fake-head.ts';
import { changeJson, createEmotionHead, createIntentHead, withFolder } from './testing/saved-models.ts';
import { readTrainingRecord, type TrainingRecord } from './training-file.ts';

const nasty = '</title><script>alert(1)</script>';
const record: TrainingRecord = {
  settings: { learningRate: 1e-4 },
  steps: [1, 2, 3].map((index) => ({
    step: 10 * index,
    figures: { loss: 3 / index, 'loss intent': 2 / index, [`loss ${nasty}`]: 1 / index, learning_rate: 1e-4 / index },
  })),
  epochs: [
    {
      epoch: 1,
      step: 15,
      training: { loss: 2 },
      validation: { 'intent.macro_f1': 0.5, macro_f1: 0.4 },
      report: { a: 1 },
    },
    { epoch: 2, step: 30, training: { loss: 1 }, validation: { 'intent.macro_f1': 0.7, macro_f1: 0.6 } },
  ],
  bestEpoch: 2,
  weights: { intent: 1.5, emotion: 0.5 },
};

async function saveTrained(directory: string, hasAdapters = false): Promise<void> {
  await saveModel(directory, {
    encoder: createFakeEncoder({ reference: join(directory, '..', 'temporary') }),
    heads: [createIntentHead(), createEmotionHead()],
    training: record,
    trainedEncoder: {
      reference: 'owner/base',
      licenseDirectory: join(directory, '..', 'base'),
      write: async (target) => {
        await mkdir(target, { recursive: true });
        await writeFile(join(target, 'weights'), 'trained');
      },
      writeAdapters: hasAdapters
        ? async (target) => {
            await mkdir(target, { recursive: true });
            await writeFile(join(target, 'matrices'), 'thin');
          }
        : undefined,
    },
  });
}

describe('a model with an encoder that was trained with its heads', () => {
  it('holds the encoder, where it came from, and how it was trained', async () => {
    await withFolder(async (folder) => {
      const directory = join(folder, 'model');
      await mkdir(join(folder, 'base'));
      await writeFile(join(folder, 'base', 'README.md'), '---\nlicense: apache-2.0\n---\n');
      await saveTrained(directory);
      expect(await readFile(join(directory, 'encoder', 'weights'), 'utf8')).toBe('trained');
      expect((await readManifest(directory)).encoder).toMatchObject({
        reference: 'owner/base',
        storage: 'copied',
        license: 'apache-2.0',
      });
      expect(await readTrainingRecord(directory)).toEqual(record);
      const card = await readFile(join(directory, 'README.md'), 'utf8');
      expect(card).toContain('trained further with these heads');
      expect(card).toContain('training.json');
      const report = await readFile(join(directory, 'report.html'), 'utf8');
      for (const part of [
        'Loss over 30 steps',
        'the parameters of epoch 2 were kept',
        'intent: Macro F1',
        '2 (kept)',
      ]) {
        expect(report).toContain(part);
      }
      expect(report).not.toContain('<script');
      expect((await loadModelHeads(directory, { registry: fakeRegistry })).heads.size).toBe(2);
    });
  });

  it('keeps encoder and record when heads come and go, and loses them when it is replaced', async () => {
    await withFolder(async (folder) => {
      const directory = join(folder, 'model');
      await saveTrained(directory);
      await addHeadsToModel(directory, { heads: [createIntentHead('second', 2)] });
      await removeHead(directory, 'emotion');
      expect(await readTrainingRecord(directory)).toEqual(record);
      expect(await readFile(join(directory, 'encoder', 'weights'), 'utf8')).toBe('trained');
      expect(await readFile(join(directory, 'report.html'), 'utf8')).toContain('Training loss');
      await saveModel(directory, { encoder: createFakeEncoder(), heads: [createIntentHead()] });
      expect(await readdir(directory)).not.toContain('training.json');
      expect(await readTrainingRecord(directory)).toBeUndefined();
    });
  });

  it('keeps the adapters of its encoder as long as the encoder', async () => {
    await withFolder(async (folder) => {
      const directory = join(folder, 'model');
      await saveTrained(directory, true);
      await addHeadsToModel(directory, { heads: [createIntentHead('second', 2)] });
      expect(await readFile(join(directory, 'adapters', 'matrices'), 'utf8')).toBe('thin');
      expect((await loadModelHeads(directory, { registry: fakeRegistry })).heads.size).toBe(3);
      await saveTrained(directory);
      expect(await readdir(directory)).not.toContain('adapters');
      await saveTrained(directory, true);
      await saveModel(directory, { encoder: createFakeEncoder(), heads: [createIntentHead()] });
      expect(await readdir(directory)).not.toContain('adapters');
    });
  });

  it('names the field of a damaged record', async () => {
    await withFolder(async (folder) => {
      const directory = join(folder, 'model');
      await saveTrained(directory);
      await changeJson(join(directory, 'training.json'), (value) => (value['bestEpoch'] = 'two'));
      await expect(readTrainingRecord(directory)).rejects.toMatchObject({
        code: 'MODEL_FOLDER_INVALID',
        details: { field: 'bestEpoch' },
      });
    });
  });
});

describe('the page of a training that is going on', () => {
  const input = { title: nasty, status: nasty, steps: record.steps, epochs: record.epochs };

  it('reloads itself while training goes on, runs no script and escapes every text', async () => {
    const live = await renderTrainingReport({ ...input, reloadSeconds: 5 });
    expect(live).toContain('<meta http-equiv="refresh" content="5" />');
    expect(live).not.toContain('<script');
    expect(live).toContain('Loss over 30 steps');
    expect(await renderTrainingReport(input)).not.toContain('http-equiv="refresh"');
  });

  it('can be made before there is anything to draw', async () => {
    expect(await renderTrainingReport({ ...input, steps: [], epochs: [] })).toContain('Training');
  });
});
