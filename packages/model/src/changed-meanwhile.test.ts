import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { addHeadsToModel, updateHead } from './change-model.ts';
import { readManifest } from './manifest.ts';
import { saveModel } from './save-model.ts';
import { createFakeEncoder } from './testing/fake-encoder.ts';
import { createEmotionHead, createIntentHead, digestsOf, withFolder } from './testing/saved-models.ts';

const heads = [createIntentHead(), createEmotionHead()];
const thresholds = { tuned: { anger: 0.1, joy: 0.2, love: 0.3 }, tunedOn: 'again' };

describe('a change that was worked out from a model that was replaced meanwhile', () => {
  it.each([false, true])('adds no head to another encoder (replacing: %s)', async (replace) => {
    await withFolder(async (folder) => {
      const directory = join(folder, 'model');
      await saveModel(directory, { encoder: createFakeEncoder(), heads });
      const manifest = await readManifest(directory);
      await saveModel(directory, { encoder: createFakeEncoder({ digest: 'a'.repeat(64) }), heads });
      const before = await digestsOf(folder);
      await expect(
        addHeadsToModel(directory, { heads: [createIntentHead(replace ? 'intent' : 'new', 2)], replace, manifest }),
      ).rejects.toMatchObject({ code: 'MODEL_ENCODER_MISMATCH', details: { field: 'encoder.digest' } });
      expect(await digestsOf(folder)).toEqual(before);
    });
  });

  it('stores no thresholds for a head on another encoder, or with other weights or another temperature', async () => {
    await withFolder(async (folder) => {
      const directory = join(folder, 'model');
      await saveModel(directory, { encoder: createFakeEncoder(), heads });
      const manifest = await readManifest(directory);
      const update = (): Promise<void> => updateHead(directory, 'emotion', { thresholds, manifest });
      const calibration = { temperature: 2, fittedOn: 'rows' };
      await addHeadsToModel(directory, { heads: [{ ...createEmotionHead(), calibration }], replace: true });
      await expect(update()).rejects.toMatchObject({ code: 'MODEL_ENCODER_MISMATCH', details: { head: 'emotion' } });
      await addHeadsToModel(directory, { heads: [createEmotionHead('emotion', 9)], replace: true });
      await expect(update()).rejects.toMatchObject({ code: 'MODEL_ENCODER_MISMATCH', details: { head: 'emotion' } });
      await saveModel(directory, { encoder: createFakeEncoder({ digest: 'a'.repeat(64) }), heads });
      await expect(update()).rejects.toMatchObject({ code: 'MODEL_ENCODER_MISMATCH' });
    });
  });

  it('is made if what it rests on is as it was', async () => {
    await withFolder(async (folder) => {
      const directory = join(folder, 'model');
      await saveModel(directory, { encoder: createFakeEncoder(), heads });
      const manifest = await readManifest(directory);
      await addHeadsToModel(directory, { heads: [createIntentHead('intent', 5)], replace: true, manifest });
      await updateHead(directory, 'emotion', { thresholds, manifest });
      await addHeadsToModel(directory, { heads: [createIntentHead('new')], manifest });
      expect((await readManifest(directory)).heads.map(({ name }) => name)).toEqual(['intent', 'emotion', 'new']);
    });
  });
});
