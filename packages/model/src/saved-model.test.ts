import { mkdir, readFile, readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hasErrorCode, type ErrorCode } from '@polyhead/types';
import { addHeadsToModel, removeHead, updateHead } from './change-model.ts';
import { loadModel, loadModelHeads } from './load-model.ts';
import { readManifest } from './manifest.ts';
import { assertModelTarget } from './model-folder.ts';
import { readMetrics } from './metrics-file.ts';
import { saveModel, type SavedHead } from './save-model.ts';
import { createFakeEncoder } from './testing/fake-encoder.ts';
import { createFakeHead, fakeRegistry } from './testing/fake-head.ts';
import { createEmotionHead, createIntentHead, digestsOf, readJsonFile, withFolder } from './testing/saved-models.ts';

const encoder = createFakeEncoder();
const anyNumber = expect.any(Number) as number;

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

async function expectCode(work: Promise<unknown>, code: ErrorCode, ...parts: string[]): Promise<void> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(hasErrorCode(error, code) ? code : error).toBe(code);
  for (const part of parts) expect(String(error)).toContain(part);
}

function saveBoth(directory: string): Promise<void> {
  return saveModel(directory, {
    encoder,
    heads: [createIntentHead(), createEmotionHead()],
    seconds: { encoding: 1.5 },
    counts: { intent: { train: 10 }, emotion: { train: 20 } },
  });
}

describe('a saved model', () => {
  it('comes back with the same heads, labels, thresholds and predictions', async () => {
    await withFolder(async (folder) => {
      const directory = join(folder, 'model');
      await saveBoth(directory);
      const model = await loadModel(directory, { encoder, registry: fakeRegistry });
      expect([...model.heads.keys()]).toEqual(['intent', 'emotion']);
      expect(model.manifest.encoder).toMatchObject({ ...encoder.description, storage: 'referenced' });
      expect(model.heads.get('emotion')?.thresholds).toEqual(createEmotionHead().thresholds);
      const embeddings = await encoder.encode(['x', 'y']);
      for (const original of [createIntentHead(), createEmotionHead()]) {
        const restored = model.heads.get(original.name)?.fitted;
        expect(restored?.logits(embeddings).data).toEqual(original.fitted.logits(embeddings).data);
        expect(restored?.labels).toEqual(original.fitted.labels);
      }
    });
  });

  it('has exactly the documented files', async () => {
    await withFolder(async (folder) => {
      const directory = join(folder, 'model');
      await saveBoth(directory);
      expect(Object.keys(await digestsOf(directory)).sort()).toEqual([
        'README.md',
        'heads/emotion.safetensors',
        'heads/emotion.training.json',
        'heads/intent.safetensors',
        'heads/intent.training.json',
        'metrics.json',
        'polyhead.json',
        'report.html',
        'thresholds.json',
      ]);
      expect(await readdir(folder)).toEqual(['model']);
    });
  });

  it('says in thresholds.json what was tuned, and what 0.5 gives', async () => {
    await withFolder(async (folder) => {
      await saveBoth(join(folder, 'model'));
      const thresholds = await readJsonFile(join(folder, 'model', 'thresholds.json'));
      expect(Object.keys(thresholds)).toEqual(['emotion']);
      expect(thresholds['emotion']).toMatchObject({
        tuned_on: 'F1 on 4 validation texts',
        best: { anger: { threshold: 0.2 }, joy: { threshold: 0.5 }, love: { threshold: 0.9 } },
        best_figures: { macro_f1: anyNumber },
        'at_0.5': { macro_f1: anyNumber, per_label: { joy: { f1: anyNumber } } },
      });
      const emotion = JSON.stringify(thresholds['emotion']);
      expect(emotion).toMatch(/"love":\{"threshold":0.9,"f1":[\d.]+,"precision":[\d.]+,"recall":[\d.]+\}/);
    });
  });

  it('keeps evaluations, seconds and counts in metrics.json', async () => {
    await withFolder(async (folder) => {
      await saveBoth(join(folder, 'model'));
      const metrics = await readMetrics(join(folder, 'model'));
      expect(metrics.heads['intent']?.test?.['accuracy']).toBeTypeOf('number');
      expect(metrics.heads['emotion']?.validation?.['at_0.5']).toBeTypeOf('object');
      expect(metrics.heads['emotion']?.test).toBeUndefined();
      expect(metrics).toMatchObject({ seconds: { encoding: 1.5 }, counts: { emotion: { train: 20 } } });
    });
  });

  it('is not put in place where it could not be read again: the old one stays', async () => {
    await withFolder(async (folder) => {
      const directory = join(folder, 'model');
      await saveBoth(directory);
      const before = await digestsOf(directory);
      for (const displayNames of [{ crad: 'A card' }, { card: '' }]) {
        const heads = [{ ...createIntentHead(), displayNames }];
        await expectCode(
          saveModel(directory, { encoder, heads }),
          'INVALID_ARGUMENT',
          directory,
          'heads[0].displayNames',
        );
      }
      expect(await digestsOf(directory)).toEqual(before);
      expect(await readdir(folder)).toEqual(['model']);
    });
  });

  it('has a report that names it', async () => {
    await withFolder(async (folder) => {
      await saveBoth(join(folder, 'mine & yours'));
      const report = await readFile(join(folder, 'mine & yours', 'report.html'), 'utf8');
      expect(report).toContain('<title>Model report: mine &amp; yours</title>');
      expect(report).toMatch(/trained on \d{4}-\d\d-\d\d/);
    });
  });

  it('has a model card with labels, figures and use', async () => {
    await withFolder(async (folder) => {
      await saveBoth(join(folder, 'model'));
      const card = await readFile(join(folder, 'model', 'README.md'), 'utf8');
      for (const part of [
        '`card` (A card)',
        '| Macro F1 |',
        'Validation, tuned',
        'npx polyhead predict',
        '## Limits',
      ]) {
        expect(card).toContain(part);
      }
    });
  });
});

describe('changing a saved model', () => {
  it.each<[string, (directory: string) => Promise<void>, string]>([
    ['adding a head', (directory) => addHeadsToModel(directory, { heads: [createIntentHead('topic', 7)] }), 'emotion'],
    [
      'replacing a head',
      (directory) => addHeadsToModel(directory, { heads: [createIntentHead('intent', 9)], replace: true }),
      'emotion',
    ],
    ['removing a head', (directory) => removeHead(directory, 'intent'), 'emotion'],
    [
      'saving with a kept head',
      (directory) => saveModel(directory, { encoder, heads: [createIntentHead('topic', 7)], keep: ['emotion'] }),
      'emotion',
    ],
    [
      'tuning another head',
      async (directory) => {
        const { thresholds } = createEmotionHead();
        await updateHead(directory, 'emotion', {
          thresholds: { tuned: { ...thresholds?.tuned, joy: 0.1 }, tunedOn: 'x' },
        });
      },
      'intent',
    ],
  ])('%s leaves the other heads as they are, to the byte', async (_, change, other) => {
    await withFolder(async (folder) => {
      const directory = join(folder, 'model');
      await saveBoth(directory);
      const before = await digestsOf(directory);
      const [thresholds, metrics] = [
        await readJsonFile(join(directory, 'thresholds.json')),
        await readMetrics(directory),
      ];
      const manifest = (await loadModelHeads(directory, { registry: fakeRegistry })).manifest;
      await change(directory);
      const after = await digestsOf(directory);
      expect(after[`heads/${other}.safetensors`]).toBe(before[`heads/${other}.safetensors`]);
      expect(after[`heads/${other}.training.json`]).toBe(before[`heads/${other}.training.json`]);
      expect((await readJsonFile(join(directory, 'thresholds.json')))[other]).toEqual(thresholds[other]);
      expect((await readMetrics(directory)).heads[other]).toEqual(metrics.heads[other]);
      const changed = await loadModelHeads(directory, { registry: fakeRegistry });
      const find = (heads: typeof manifest.heads): unknown => heads.find((head) => head.name === other);
      expect(find(changed.manifest.heads)).toEqual(find(manifest.heads));
    });
  });

  it('replaces weights, adds at the end, and removes every trace', async () => {
    await withFolder(async (folder) => {
      const directory = join(folder, 'model');
      await saveBoth(directory);
      const before = await digestsOf(directory);
      await addHeadsToModel(directory, {
        heads: [createIntentHead('intent', 9), createIntentHead('topic')],
        replace: true,
      });
      const { heads } = await loadModelHeads(directory, { registry: fakeRegistry });
      expect([...heads.keys()]).toEqual(['intent', 'emotion', 'topic']);
      expect((await digestsOf(directory))['heads/intent.safetensors']).not.toBe(before['heads/intent.safetensors']);
      await removeHead(directory, 'emotion');
      const files = Object.keys(await digestsOf(directory));
      expect(files.filter((name) => name.includes('emotion'))).toEqual([]);
      expect(await readJsonFile(join(directory, 'thresholds.json'))).toEqual({});
      expect(Object.keys((await readMetrics(directory)).counts)).toEqual(['intent']);
    });
  });

  it('keeps temperature and abstention, and tells people of them', async () => {
    await withFolder(async (folder) => {
      const directory = join(folder, 'model');
      const calibration = { temperature: 0.25, fittedOn: '40 validation rows' };
      const abstention = { threshold: 0.625, chosenBy: 'given' };
      const sure = { ...createIntentHead(), calibration, abstention };
      await saveModel(directory, { encoder, heads: [sure, createEmotionHead()] });
      await addHeadsToModel(directory, { heads: [createIntentHead('topic', 7)] });
      const { manifest, heads } = await loadModelHeads(directory, { registry: fakeRegistry });
      expect(manifest.heads[0]).toMatchObject({ calibration, abstention });
      expect(heads.get('intent')).toMatchObject({ calibration, abstention });
      expect(heads.get('topic')).toMatchObject({ calibration: undefined, abstention: undefined });
      for (const file of ['README.md', 'report.html']) {
        const text = (await readFile(join(directory, file), 'utf8')).replaceAll(/\s+/g, ' ');
        expect(text).toContain('divided by 0.250, fitted on 40 validation rows');
        expect(text).toContain('less than 0.625 (given)');
      }
    });
  });

  it('updates thresholds with the figures that belong to them', async () => {
    await withFolder(async (folder) => {
      const directory = join(folder, 'model');
      await saveBoth(directory);
      await updateHead(directory, 'emotion', {
        thresholds: { tuned: { anger: 0.1, joy: 0.2, love: 0.3 }, tunedOn: 'again' },
        mistakes: [{ text: 't', truth: 'joy', predicted: 'love', score: 0.8 }],
      });
      const model = await loadModel(directory, { encoder, registry: fakeRegistry });
      expect(model.heads.get('emotion')?.thresholds).toEqual({
        tuned: { anger: 0.1, joy: 0.2, love: 0.3 },
        tunedOn: 'again',
      });
    });
  });

  it('loses nothing when several change it at once', async () => {
    await withFolder(async (folder) => {
      const directory = join(folder, 'model');
      await saveBoth(directory);
      const names = ['one', 'two', 'three'];
      await Promise.all([
        ...names.map((name) => addHeadsToModel(directory, { heads: [createIntentHead(name)] })),
        updateHead(directory, 'emotion', {
          thresholds: { tuned: { anger: 0.1, joy: 0.2, love: 0.3 }, tunedOn: 'again' },
        }),
        removeHead(directory, 'intent'),
      ]);
      const { heads } = await loadModelHeads(directory, { registry: fakeRegistry });
      expect([...heads.keys()].sort()).toEqual(['emotion', ...names].sort());
      expect(heads.get('emotion')?.thresholds?.tunedOn).toBe('again');
      expect(await readdir(folder)).toEqual(['model']);
    });
  });

  it('keeps the head that is added while another model with kept heads is saved', async () => {
    await withFolder(async (folder) => {
      const directory = join(folder, 'model');
      await saveBoth(directory);
      await Promise.all([
        addHeadsToModel(directory, { heads: [createIntentHead('one')] }),
        saveModel(directory, { encoder, heads: [createIntentHead('intent', 9)], keep: ['emotion'] }),
      ]);
      const { heads } = await loadModelHeads(directory, { registry: fakeRegistry });
      // Whichever came last: what it read is what the other one wrote.
      expect([
        ['emotion', 'intent'],
        ['emotion', 'intent', 'one'],
      ]).toContainEqual([...heads.keys()].sort());
      expect(heads.get('intent')?.fitted.toState().options).toEqual({ seed: 9 });
    });
  });

  it('keeps files that are not the model’s own', async () => {
    await withFolder(async (folder) => {
      const directory = join(folder, 'model');
      await saveBoth(directory);
      await mkdir(join(directory, 'notes', 'deep'), { recursive: true });
      await writeFile(join(directory, 'notes', 'deep', 'a.txt'), 'mine');
      await saveBoth(directory);
      expect(await readFile(join(directory, 'notes', 'deep', 'a.txt'), 'utf8')).toBe('mine');
    });
  });

  it.each<[string, (directory: string) => Promise<void>, ErrorCode, string]>([
    ['a name that is taken', (d) => addHeadsToModel(d, { heads: [createIntentHead()] }), 'HEAD_EXISTS', 'intent'],
    ['a head that is not there', (d) => removeHead(d, 'nope'), 'HEAD_NOT_FOUND', 'intent, emotion'],
    ['a threshold update of none', (d) => updateHead(d, 'nope', {}), 'HEAD_NOT_FOUND', 'intent, emotion'],
    [
      'thresholds for a single-label head',
      (d) => updateHead(d, 'intent', { thresholds: { tuned: { card: 0.1 }, tunedOn: '' } }),
      'INVALID_ARGUMENT',
      'single-label',
    ],
    [
      'a label without threshold',
      (d) => updateHead(d, 'emotion', { thresholds: { tuned: { joy: 0.1 }, tunedOn: '' } }),
      'INVALID_ARGUMENT',
      'anger',
    ],
    [
      'an abstaining multi-label head',
      (d) =>
        addHeadsToModel(d, {
          heads: [{ ...createEmotionHead('mood'), abstention: { threshold: 0.5, chosenBy: 'given' } }],
        }),
      'INVALID_ARGUMENT',
      'abstention',
    ],
    [
      'a temperature below 0',
      (d) =>
        addHeadsToModel(d, {
          heads: [{ ...createIntentHead('other'), calibration: { temperature: -1, fittedOn: 'rows' } }],
        }),
      'INVALID_ARGUMENT',
      'calibration',
    ],
    [
      'another dimension',
      (d) => addHeadsToModel(d, { heads: [{ name: 'wide', fitted: createFakeHead({ dimension: 9 }) }] }),
      'SHAPE_MISMATCH',
      '9 numbers',
    ],
    [
      'a kept head of another encoder',
      (d) => saveModel(d, { encoder: createFakeEncoder({ digest: 'e'.repeat(64) }), heads: [], keep: ['intent'] }),
      'MODEL_ENCODER_MISMATCH',
      'intent',
    ],
    ['no head', (d) => saveModel(d, { encoder, heads: [] }), 'INVALID_ARGUMENT', 'at least one head'],
    [
      'a copy of an encoder without files',
      (d) => saveModel(d, { encoder, heads: [createIntentHead()], selfContained: true }),
      'INVALID_ARGUMENT',
      'loadEncoder',
    ],
  ])('refuses %s and changes nothing', async (_, change, code, part) => {
    await withFolder(async (folder) => {
      const directory = join(folder, 'model');
      await saveBoth(directory);
      const before = await digestsOf(folder);
      await expectCode(change(directory), code, part);
      expect(await digestsOf(folder)).toEqual(before);
    });
  });

  it.each(['Intent', '', '../x', 'a/b', 'model', 'a b', '-x', 'x'.repeat(65)])(
    'refuses the head name %j',
    async (name) => {
      await withFolder(async (folder) => {
        await expectCode(
          saveModel(join(folder, 'm'), { encoder, heads: [createIntentHead(name)] }),
          'INVALID_ARGUMENT',
        );
      });
    },
  );

  it('does not remove the last head', async () => {
    await withFolder(async (folder) => {
      await saveModel(folder, { encoder, heads: [createIntentHead()] });
      await expectCode(removeHead(folder, 'intent'), 'INVALID_ARGUMENT', 'only head');
    });
  });
});

describe('after a crash between moving the old model away and the new one in', () => {
  it.each<[string, (directory: string) => Promise<unknown>]>([
    ['reading the manifest', (directory) => readManifest(directory)],
    ['loading', (directory) => loadModel(directory, { encoder, registry: fakeRegistry })],
    ['adding a head', (directory) => addHeadsToModel(directory, { heads: [createIntentHead('topic')] })],
    ['saving', (directory) => saveModel(directory, { encoder, heads: [createIntentHead()], keep: ['emotion'] })],
  ])('%s finds the old model', async (_, use) => {
    await withFolder(async (folder) => {
      const directory = join(folder, 'model');
      await saveBoth(directory);
      await rename(directory, join(folder, '.model.old-a1b2c3'));
      await use(directory);
      const { heads } = await loadModelHeads(directory, { registry: fakeRegistry });
      expect(heads.has('emotion')).toBe(true);
      expect(await readdir(folder)).toEqual(['model']);
    });
  });
});

describe('where a model is written', () => {
  it('is a new folder, an empty one, or a model', async () => {
    await withFolder(async (folder) => {
      await saveBoth(folder);
      await saveBoth(folder);
      await saveBoth(join(folder, 'deep', 'er'));
      expect(await codeOf(loadModelHeads(folder, { registry: fakeRegistry }))).toBe('undefined');
    });
  });

  it.each<[string, (place: string) => Promise<unknown>]>([
    ['a folder with other files', (place) => mkdir(place).then(() => writeFile(join(place, 'a.txt'), ''))],
    ['a file', (place) => writeFile(place, '')],
    [
      'a foreign polyhead.json',
      (place) => mkdir(place).then(() => writeFile(join(place, 'polyhead.json'), '{"a": 1}')),
    ],
    ['a broken polyhead.json', (place) => mkdir(place).then(() => writeFile(join(place, 'polyhead.json'), '{'))],
  ])('is never %s', async (_, prepare) => {
    await withFolder(async (folder) => {
      const place = join(folder, 'place');
      await prepare(place);
      const before = await digestsOf(folder);
      await expectCode(saveBoth(place), 'OUTPUT_EXISTS', place);
      expect(await digestsOf(folder)).toEqual(before);
    });
  });

  it.each([[], ['deep', 'er']])('is no folder below a file, which is found out before long work', async (...deeper) => {
    await withFolder(async (folder) => {
      await writeFile(join(folder, 'blocker'), '');
      const place = join(folder, 'blocker', ...deeper, 'model');
      await expectCode(assertModelTarget(place), 'FILE_NOT_WRITABLE', place);
      await expectCode(saveBoth(place), 'FILE_NOT_WRITABLE', place);
      expect(await readdir(folder)).toEqual(['blocker']);
    });
  });

  // The kernel refuses new folders there, even those of an administrator.
  it.runIf(process.platform === 'linux')('is no place where nothing can be made', async () => {
    await expectCode(assertModelTarget('/proc/polyhead/model'), 'FILE_NOT_WRITABLE', '/proc/polyhead/model');
  });

  it('is left as it was by the check', async () => {
    await withFolder(async (folder) => {
      await assertModelTarget(join(folder, 'deep', 'er'));
      expect(await readdir(folder)).toEqual([]);
    });
  });

  it('keeps the old model if writing fails half way', async () => {
    await withFolder(async (folder) => {
      const directory = join(folder, 'model');
      await saveBoth(directory);
      const before = await digestsOf(folder);
      const intent = createIntentHead();
      const broken: SavedHead = {
        ...intent,
        mistakes: [
          {
            ...{ truth: '', predicted: '', score: 0 },
            get text(): string {
              throw new TypeError('boom');
            },
          },
        ],
      };
      await expect(saveModel(directory, { encoder, heads: [broken] })).rejects.toThrow('boom');
      expect(await digestsOf(folder)).toEqual(before);
    });
  });
});
