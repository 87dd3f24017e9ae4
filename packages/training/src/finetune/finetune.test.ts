import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFakeTrainableEncoder } from '../testing/fake-trainable-encoder.ts';
import { finetune, type FinetuneOptions, type FinetuneResult } from './finetune.ts';
import { pickHeads, toyExamples } from './testing/toy-examples.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polyhead-finetune-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const train = toyExamples(240, 1);
const validation = toyExamples(90, 2);
const settings = { learningRate: 0.01, epochs: 3, batchSize: 16 };

interface Watched {
  readonly result: FinetuneResult;
  readonly losses: number[];
}

async function run(options: Partial<FinetuneOptions> = {}): Promise<Watched> {
  const losses: number[] = [];
  const result = await finetune({
    encoder: createFakeTrainableEncoder({ dropout: 0.1 }),
    train,
    validation,
    settings,
    onStep: (_, { loss }) => losses.push(loss),
    ...options,
  });
  return { result, losses };
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('finetune', () => {
  it('learns heads of all three tasks together', async () => {
    const { result, losses } = await run({ settings: { ...settings, epochs: 8 } });
    expect(mean(losses.slice(-10))).toBeLessThan(0.4 * mean(losses.slice(0, 5)));
    const best = result.epochs[result.bestEpoch - 1]?.validation;
    expect(best?.figures['topic.accuracy']).toBeGreaterThan(0.85);
    expect(best?.figures['tags.macro_f1']).toBeGreaterThan(0.75);
    expect(Object.keys(result.heads)).toEqual(['topic', 'tags', 'size']);
    expect(result.heads['topic']?.history).toHaveLength(8);
    expect(result.heads['topic']?.type).toBe('linear');
    expect(best?.report).toHaveProperty('heads.topic.per_label.music');
    expect(best?.report).toHaveProperty('overall.micro_f1');
  });

  it('gives the same numbers for the same seed and others for another', async () => {
    const first = await run();
    const second = await run();
    const third = await run({ seed: 7 });
    expect(second.losses).toEqual(first.losses);
    expect(second.result.heads['topic']?.affineForm()).toEqual(first.result.heads['topic']?.affineForm());
    expect(third.losses).not.toEqual(first.losses);
  });

  it('goes on after a break exactly as if there had been none', async () => {
    const whole = await run();
    const directory = join(folder, 'resumed');
    const stop = new AbortController();
    const before: number[] = [];
    const broken = run({
      checkpoints: { directory, everySteps: 7 },
      signal: stop.signal,
      onStep: (step, { loss }) => {
        before.push(loss);
        if (step === 20) stop.abort();
      },
    });
    await expect(broken).rejects.toMatchObject({ code: 'ABORTED' });
    const rest = await run({ checkpoints: { directory, everySteps: 7, resume: true } });
    expect([...before, ...rest.losses]).toEqual(whole.losses);
    expect(rest.result.epochs).toEqual(whole.result.epochs);
    expect(rest.result.curve).toEqual(whole.result.curve);
    for (const head of ['topic', 'tags', 'size']) {
      expect(rest.result.heads[head]?.affineForm()).toEqual(whole.result.heads[head]?.affineForm());
    }
  });

  it('loses at most the steps since the last checkpoint when it is killed', async () => {
    const whole = await run();
    const directory = join(folder, 'killed');
    const killed = run({
      checkpoints: { directory, everySteps: 6 },
      onStep: (step) => {
        if (step === 22) throw new RangeError('killed');
      },
    });
    await expect(killed).rejects.toThrow('killed');
    const steps = (await readdir(directory)).filter((name) => name.startsWith('step-'));
    expect(steps.sort()).toEqual(['step-00000015', 'step-00000018']);
    const rest = await run({ checkpoints: { directory, everySteps: 6, resume: true } });
    expect(rest.losses).toEqual(whole.losses.slice(18));
  });

  it('trains a head with a sparse column on its rows only', async () => {
    const topic = train.heads['topic']?.targets;
    if (topic?.task !== 'single-label') throw new TypeError('expected single labels');
    const rows = Int32Array.from({ length: 60 }, (_, index) => index * 4);
    const sparse = {
      ...pickHeads(train, ['tags']),
      heads: {
        tags: train.heads['tags'] ?? { targets: topic },
        topic: { rows, targets: { ...topic, classIndices: rows.map((row) => topic.classIndices[row] ?? 0) } },
      },
    };
    const { result } = await run({ train: sparse, settings: { ...settings, epochs: 8 } });
    expect(result.epochs.at(-1)?.validation?.figures['topic.accuracy']).toBeGreaterThan(0.7);
  });
});
