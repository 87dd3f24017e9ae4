import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadEncoder } from '@polyhead/backbone';
import { loadModel } from '@polyhead/model';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseTrainingConfig } from '../../config/parse-config.ts';
import type { TrainingConfigInput } from '../../config/training-config.ts';
import { writeTinyCheckpoint } from '../../testing/tiny-checkpoint.ts';
import { trainModel } from '../../train-model.ts';
import type { TrainResult } from '../../train-options.ts';
import { toyRows } from '../testing/toy-examples.ts';

let root: string;
const at = (...names: string[]): string => join(root, ...names);
const texts = ['rain and snow today', 'a song', ''];
const settings = { epochs: 1, batchSize: 16, learningRate: 0.01, memoryBudget: 1024 } as const;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'polyhead-adapters-'));
  await writeTinyCheckpoint(at('tiny'));
  const lines = toyRows(48).map(({ text, topic }) => JSON.stringify({ text, topic }));
  await writeFile(at('train.jsonl'), lines.join('\n'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

function train(output: string, more: Partial<TrainingConfigInput>): Promise<TrainResult> {
  const config = parseTrainingConfig({
    backbone: { reference: at('tiny'), maximumLength: 32, threads: 1 },
    heads: { topic: { data: { train: at('train.jsonl'), label: 'topic', validationShare: 0 } } },
    output: at(output),
    ...more,
  });
  return trainModel(config);
}

async function embed(reference: string, adapters?: string): Promise<Float32Array> {
  const encoder = await loadEncoder(reference, {
    ...{ adapters, normalize: false, maximumLength: 32, cacheDirectory: at('cache'), threads: 1 },
  });
  const { data } = await encoder.encode(texts);
  await encoder.release();
  return data;
}

describe('a configuration with low-rank adapters', () => {
  it('keeps them beside the merged encoder when asked to: base and adapters give its embeddings', async () => {
    const lora = { rank: 2, alpha: 8, keepAdapters: true };
    await train('finetuned', { method: 'finetune', training: { ...settings, lora } });
    const merged = await embed(at('finetuned', 'encoder'));
    expect(merged).not.toEqual(await embed(at('tiny')));
    expect(await embed(at('tiny'), at('finetuned', 'adapters'))).toEqual(merged);
    const model = await loadModel(at('finetuned'), { cacheDirectory: at('cache') });
    const predictions = await model.predict(texts);
    await model.release();
    // The encoder with its adapters is the model's own, and takes its heads.
    const encoder = await loadEncoder(at('tiny'), {
      ...{ adapters: at('finetuned', 'adapters'), normalize: false, maximumLength: 32, cacheDirectory: at('cache') },
    });
    const lent = await loadModel(at('finetuned'), { encoder });
    expect(await lent.predict(texts)).toEqual(predictions);
    await encoder.release();
  });

  it('merges them and keeps nothing else by default, and replaces those of a former model', async () => {
    await train('finetuned', { method: 'finetune', training: { ...settings, lora: {} } });
    expect(await readdir(at('finetuned'))).not.toContain('adapters');
  });

  it('does the same in few-shot training', async () => {
    const embedding = { ...settings, epochs: undefined, steps: 4, lora: { keepAdapters: true } };
    await train('few-shot', { method: 'setfit', setfit: { embedding } });
    const merged = await embed(at('few-shot', 'encoder'));
    expect(await embed(at('tiny'), at('few-shot', 'adapters'))).toEqual(merged);
  });
});
