import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toHeadPredictions } from '@polyhead/heads';
import { exportOnnx, loadModel, scoreHead, type Model } from '@polyhead/model';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { toyExamples } from '../../finetune/testing/toy-examples.ts';
import { fakeLoaders } from '../../testing/fake-loaders.ts';
import { loadFakeEncoder } from '../../testing/fake-trainable-encoder.ts';
import type { TrainResult } from '../../train-options.ts';
import { SetFitTrainer, type SetFitRows } from '../setfit-trainer.ts';

let folder: string;
let trained: TrainResult;
let model: Model;
const at = (...names: string[]): string => join(folder, ...names);

function tags(rows: number, seed: number): SetFitRows['train'] {
  const { texts, heads } = toyExamples(rows, seed);
  const targets = heads['tags']?.targets;
  if (targets === undefined) throw new TypeError('expected tags');
  return { texts, targets };
}

const { texts } = tags(40, 3);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polyhead-multi-label-heads-'));
  const trainer = new SetFitTrainer(
    {
      embedding: { learningRate: 0.01, steps: 20, batchSize: 12 },
      heads: { chain: { type: 'classifier-chain' }, outputs: { options: { multiLabel: 'multi-output' } } },
    },
    fakeLoaders,
  );
  const rows = { train: tags(60, 1), test: tags(60, 2) };
  trained = await trainer.train({ chain: rows, outputs: rows }, { output: at('model') });
  model = await loadModel(at('model'), { encoder: await loadFakeEncoder(at('model', 'encoder')) });
});
afterAll(async () => {
  await model.release();
  await rm(folder, { recursive: true, force: true });
});

it.each(['chain', 'outputs'])('the head "%s" answers from its folder as it did when it was fitted', async (name) => {
  const head = trained.heads.find((one) => one.name === name);
  if (head === undefined) throw new TypeError(`expected ${name}`);
  const scores = scoreHead(head, await model.encoder.encode(texts));
  const expected = toHeadPredictions({ head: head.fitted, scores, thresholds: head.thresholds?.tuned });
  expect((await model.predict(texts)).map(({ heads }) => heads[name])).toEqual(expected);
  expect(head.thresholds?.tunedOn).toContain('cross-validated');
  expect(expected.some((answer) => answer.task === 'multi-label' && answer.labels.length > 1)).toBe(true);
});

it('exports multi-output with the same scores', async () => {
  const { files } = await exportOnnx(model, { directory: at('outputs'), heads: ['outputs'] });
  expect(files).toMatchObject([{ file: 'outputs.onnx', outputs: ['weather', 'music', 'sport'] }]);
  expect(files[0]?.maximumDifference).toBeLessThan(1e-5);
});

it.each([undefined, ['chain']])('says of a chain that it cannot be exported, and what to do (%j)', async (heads) => {
  await expect(exportOnnx(model, { directory: at('refused'), heads })).rejects.toMatchObject({
    code: 'EXPORT_UNSUPPORTED',
    details: { head: 'chain', type: 'classifier-chain' },
    remedy: expect.stringContaining('Name the heads that can be exported') as string,
  });
  expect(await readdir(folder)).not.toContain('refused');
});
