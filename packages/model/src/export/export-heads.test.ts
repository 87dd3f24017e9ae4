import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { applyActivation } from '@polyhead/heads';
import { readModel } from '@polyhead/onnx';
import { createSession } from '@polyhead/runtime';
import { hasErrorCode, type Activation, type FittedHead, type Tensor } from '@polyhead/types';
import { loadModel } from '../load-model.ts';
import type { Model } from '../model.ts';
import { saveModel, type SavedHead } from '../save-model.ts';
import { createFakeEncoder } from '../testing/fake-encoder.ts';
import { createFakeHead, fakeRegistry } from '../testing/fake-head.ts';
import { createEmotionHead, createIntentHead, digestsOf, readJsonFile, withFolder } from '../testing/saved-models.ts';
import { exportOnnx } from './export-onnx.ts';

const encoder = createFakeEncoder();

async function withModel(
  heads: readonly SavedHead[],
  use: (model: Model, folder: string) => Promise<void>,
): Promise<void> {
  await withFolder(async (folder) => {
    await saveModel(join(folder, 'model'), { encoder, heads });
    await use(await loadModel(join(folder, 'model'), { encoder, registry: fakeRegistry }), folder);
  });
}

async function run(file: string, input: string): Promise<{ found: Record<string, Tensor>; embeddings: Float32Array }> {
  const { data, rows, columns } = await encoder.encode(['a', 'b', 'c', 'd']);
  const session = await createSession(file);
  try {
    const found = await session.run({ [input]: { dataType: 'float32', shape: [rows, columns], data } });
    return { found, embeddings: data };
  } finally {
    await session.release();
  }
}

async function scoresOf(fitted: FittedHead, activation: Activation = fitted.activation): Promise<Float32Array> {
  return applyActivation(fitted.logits(await encoder.encode(['a', 'b', 'c', 'd'])), activation).data;
}

async function failure(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => 'no error',
    (error: unknown) => error,
  );
}

describe('an exported multi-label head', () => {
  it('has the published format: input "logits", one output [batch, 2] a label, column 1 the probability', async () => {
    const head = createEmotionHead();
    await withModel([head], async (model, folder) => {
      await exportOnnx(model, { directory: join(folder, 'out') });
      const { found } = await run(join(folder, 'out', 'emotion.onnx'), 'logits');
      expect(Object.keys(found)).toEqual(head.fitted.labels);
      const expected = await scoresOf(head.fitted);
      head.fitted.labels.forEach((label, column) => {
        const tensor = found[label];
        expect(tensor?.shape).toEqual([4, 2]);
        for (let row = 0; row < 4; row += 1) {
          const score = expected[row * 3 + column] ?? NaN;
          expect(tensor?.data[row * 2 + 1]).toBeCloseTo(score, 6);
          expect(tensor?.data[row * 2]).toBeCloseTo(1 - score, 6);
        }
      });
    });
  });

  it('comes with its thresholds, plain and with figures', async () => {
    await withModel([createIntentHead(), createEmotionHead()], async (model, folder) => {
      const out = join(folder, 'out');
      await exportOnnx(model, { directory: out });
      expect(await readJsonFile(join(out, 'emotion.thresholds.json'))).toEqual({ anger: 0.2, joy: 0.5, love: 0.9 });
      const saved = await readJsonFile(join(model.directory, 'thresholds.json'));
      expect(await readJsonFile(join(out, 'thresholds.json'))).toEqual(saved);
    });
  });

  it('may have one label, many, and names of any kind', async () => {
    for (const labels of [
      ['only'],
      Array.from({ length: 300 }, (_, index) => `label ${index}`),
      ['ä/ö', '日本', 'a b', '0'],
    ]) {
      const fitted = createFakeHead({ task: 'multi-label', labels });
      await withModel([{ name: 'x', fitted }], async (model, folder) => {
        const report = await exportOnnx(model, { directory: join(folder, 'out') });
        expect(report.files[0]?.outputs).toEqual(labels);
        expect(report.files[0]?.maximumDifference).toBeLessThan(1e-5);
      });
    }
  });

  it('refuses a label that is the name of the input', async () => {
    const fitted = createFakeHead({ task: 'multi-label', labels: ['logits', 'b'] });
    await withModel([{ name: 'x', fitted }], async (model, folder) => {
      const error = await failure(exportOnnx(model, { directory: join(folder, 'out') }));
      expect(hasErrorCode(error, 'EXPORT_UNSUPPORTED') && error.message).toContain('"logits"');
      expect(await readdir(folder)).toEqual(['model']);
    });
  });
});

describe('any other exported head', () => {
  it.each<[string, FittedHead, string]>([
    ['softmax', createFakeHead(), 'probabilities'],
    ['normalised sigmoids', createFakeHead({ activation: 'normalized-sigmoid' }), 'probabilities'],
    ['decision values', createFakeHead({ activation: 'identity' }), 'scores'],
    ['multi-label decision values', createFakeHead({ task: 'multi-label', activation: 'identity' }), 'scores'],
    ['regression', createFakeHead({ task: 'regression', labels: ['stars'] }), 'values'],
  ])('%s: embedding in, one output for all labels', async (_, fitted, output) => {
    await withModel([{ name: 'x', fitted }], async (model, folder) => {
      const report = await exportOnnx(model, { directory: join(folder, 'out') });
      expect(report.files).toMatchObject([{ file: 'x.onnx', inputs: ['embedding'], outputs: [output] }]);
      const { found } = await run(join(folder, 'out', 'x.onnx'), 'embedding');
      const expected = await scoresOf(fitted);
      expect(found[output]?.shape).toEqual([4, fitted.labels.length]);
      expected.forEach((score, index) => {
        expect(found[output]?.data[index]).toBeCloseTo(score, 5);
      });
    });
  });

  it('shares equally where every sigmoid is zero', async () => {
    const base = createFakeHead({ activation: 'normalized-sigmoid', labels: ['a', 'b'] });
    const weights: Tensor = { dataType: 'float32', shape: [2, 8], data: new Float32Array(16).fill(-1e4) };
    const state = { ...base.toState(), tensors: { weights } };
    const fitted = fakeRegistry.get('fake-linear').restore(state);
    await withModel([{ name: 'x', fitted }], async (model, folder) => {
      await exportOnnx(model, { directory: join(folder, 'out') });
      const session = await createSession(join(folder, 'out', 'x.onnx'));
      const data = new Float32Array(8).fill(1);
      const found = await session.run({ embedding: { dataType: 'float32', shape: [1, 8], data } });
      await session.release();
      expect([...(found['probabilities']?.data ?? [])]).toEqual([0.5, 0.5]);
    });
  });

  it('carries its labels inside the file', async () => {
    await withModel([createIntentHead()], async (model, folder) => {
      await exportOnnx(model, { directory: join(folder, 'out') });
      const { metadata } = await readModel(join(folder, 'out', 'intent.onnx'));
      expect(JSON.parse(metadata['polyhead.heads'] ?? '')).toEqual({
        intent: { task: 'single-label', labels: ['card', 'cash', 'transfer'], activation: 'softmax' },
      });
    });
  });
});

describe('an exported head that is calibrated', () => {
  it.each<[string, FittedHead]>([
    ['softmax', createFakeHead()],
    ['sigmoids', createFakeHead({ task: 'multi-label' })],
    ['normalised sigmoids', createFakeHead({ activation: 'normalized-sigmoid' })],
    ['sigmoids of single labels', createFakeHead({ activation: 'sigmoid' })],
  ])('%s: gives the calibrated scores', async (_, fitted) => {
    for (const temperature of [0.05, 0.7, 8]) {
      const calibration = { temperature, fittedOn: 'rows' };
      await withModel([{ name: 'x', fitted, calibration }], async (model, folder) => {
        const report = await exportOnnx(model, { directory: join(folder, 'out') });
        expect(report.files[0]?.maximumDifference).toBeLessThan(1e-5);
        const plain = await scoresOf(fitted);
        const { found } = await run(
          join(folder, 'out', 'x.onnx'),
          fitted.task === 'multi-label' ? 'logits' : 'embedding',
        );
        const first = found[fitted.task === 'multi-label' ? 'a' : 'probabilities']?.data.at(
          fitted.task === 'multi-label' ? 1 : 0,
        );
        expect(Math.abs(Number(first) - Number(plain[0]))).toBeGreaterThan(1e-3);
        const labels = await readJsonFile(join(folder, 'out', 'labels.json'));
        expect(labels['heads']).toMatchObject({ x: { temperature } });
      });
    }
  });

  it('is refused where no activation makes its scores', async () => {
    const fitted = createFakeHead({ activation: 'identity' });
    const calibration = { temperature: 2, fittedOn: 'rows' };
    await withModel([{ name: 'x', fitted, calibration }], async (model, folder) => {
      const error = await failure(exportOnnx(model, { directory: join(folder, 'out') }));
      expect(hasErrorCode(error, 'EXPORT_UNSUPPORTED') && error.message).toContain('it is calibrated');
    });
  });
});

describe('an export', () => {
  it('writes only the heads asked for', async () => {
    await withModel([createIntentHead(), createEmotionHead()], async (model, folder) => {
      const report = await exportOnnx(model, { directory: join(folder, 'out'), heads: ['intent'] });
      expect(report.files.map(({ file }) => file)).toEqual(['intent.onnx']);
      expect(Object.keys(await digestsOf(join(folder, 'out')))).toEqual([
        'README.md',
        'intent.onnx',
        'labels.json',
        'thresholds.json',
      ]);
      expect(await readFile(join(folder, 'out', 'README.md'), 'utf8')).toContain('intent.onnx');
    });
  });

  it('replaces an earlier export and nothing else', async () => {
    await withModel([createIntentHead()], async (model, folder) => {
      const out = join(folder, 'out');
      await mkdir(out);
      await exportOnnx(model, { directory: out });
      await exportOnnx(model, { directory: out });
      const other = join(folder, 'other');
      await mkdir(other);
      await writeFile(join(other, 'labels.json'), '{}');
      for (const directory of [other, model.directory, join(other, 'labels.json')]) {
        expect(hasErrorCode(await failure(exportOnnx(model, { directory })), 'OUTPUT_EXISTS')).toBe(true);
      }
      expect(await readFile(join(other, 'labels.json'), 'utf8')).toBe('{}');
    });
  });

  it('refuses heads that are not linear, unknown heads, a foreign encoder and aborted work', async () => {
    const crooked = { name: 'crooked', fitted: createFakeHead({ affine: false }) };
    await withModel([createIntentHead(), crooked], async (model, folder) => {
      const directory = join(folder, 'out');
      const unsupported = await failure(exportOnnx(model, { directory }));
      expect(hasErrorCode(unsupported, 'EXPORT_UNSUPPORTED') && unsupported.message).toContain('"crooked"');
      const unknown = await failure(exportOnnx(model, { directory, heads: ['nope'] }));
      expect(hasErrorCode(unknown, 'HEAD_NOT_FOUND') && unknown.message).toContain('intent, crooked');
      const merged = await failure(exportOnnx(model, { directory, heads: ['intent'], merged: true }));
      expect(hasErrorCode(merged, 'EXPORT_UNSUPPORTED')).toBe(true);
      const signal = AbortSignal.abort();
      const aborted = await failure(exportOnnx(model, { directory, heads: ['intent'], signal }));
      expect(hasErrorCode(aborted, 'ABORTED')).toBe(true);
      expect(await readdir(folder)).toEqual(['model']);
    });
  });

  it('is refused, and not written, if it does not reproduce its source', async () => {
    const fitted = createFakeHead();
    const affine = fitted.affineForm();
    await withModel([{ name: 'x', fitted }], async (model, folder) => {
      if (affine === undefined) throw new TypeError('the fake head is affine');
      const bias = affine.bias.map((value, index) => value + (index === 0 ? 0.01 : 0));
      const lying: FittedHead = { ...fitted, affineForm: () => ({ ...affine, bias }) };
      const heads = new Map([
        ['x', { name: 'x', fitted: lying, thresholds: undefined, calibration: undefined, abstention: undefined }],
      ]);
      const error = await failure(exportOnnx({ ...model, heads }, { directory: join(folder, 'out') }));
      expect(hasErrorCode(error, 'EXPORT_PARITY') && error.message).toContain('"x"');
      expect(await readdir(folder)).toEqual(['model']);
    });
  });
});
