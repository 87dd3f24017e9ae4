import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applyActivation } from '@polyhead/heads';
import type { Loss, Progress } from '@polyhead/types';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluateScores } from '../heads/evaluate-scores.ts';
import { createFakeTrainableEncoder } from '../testing/fake-trainable-encoder.ts';
import { toWeights } from './find-task-weights.ts';
import { finetune, type FinetuneOptions, type FinetuneResult } from './finetune.ts';
import type { StepResult } from './loop/training-step.ts';
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

describe('one head beside others', () => {
  const names = ['topic', 'tags'];
  const frozen = { ...settings, learningRate: 0, headLearningRate: 0.01, gradientClip: 0, dropout: 0 };
  const still = (): FinetuneOptions['encoder'] => createFakeTrainableEncoder({ trainable: 'none' });

  it('learns the same alone as jointly while the encoder stands still', async () => {
    const joint = await run({ train: pickHeads(train, names), settings: frozen, encoder: still() });
    for (const name of names) {
      const alone = await run({ train: pickHeads(train, [name]), settings: frozen, encoder: still() });
      const [first, second] = [alone, joint].map(({ result }) => result.heads[name]?.affineForm()?.weights ?? []);
      expect(first?.length).toBeGreaterThan(0);
      first?.forEach((weight, index) => expect(second?.[index]).toBeCloseTo(weight, 5));
    }
  });

  it('moves only the heads of an encoder that is not to learn', async () => {
    const encoder = createFakeTrainableEncoder({ trainable: 'none' });
    const texts = await encoder.tokenize(train.texts.slice(0, 3));
    const before = await encoder.encode(texts);
    const { losses } = await run({
      train: pickHeads(train, names),
      encoder,
      settings: { ...settings, learningRate: 0.05 },
    });
    expect(await encoder.encode(texts)).toEqual(before);
    expect(mean(losses.slice(-5))).toBeLessThan(0.7 * mean(losses.slice(0, 3)));
  });
});

describe('weights of heads', () => {
  const found = [
    ['converged', 'loss'],
    ['balanced', 'encoderGradientNorm'],
  ] as const;
  it.each(found)(
    'that are %s are 1 / the %s that each comes to alone, scaled to a mean of 1',
    async (weighting, what) => {
      const phases = new Set<string>();
      const exact = { ...settings, epochs: 1, dropout: 0 };
      const { result } = await run({
        encoder: createFakeTrainableEncoder(),
        weighting,
        settings: exact,
        onProgress: ({ phase }) => phases.add(phase),
      });
      const inverse: Record<string, number> = {};
      for (const name of ['topic', 'tags', 'size']) {
        const encoder = createFakeTrainableEncoder();
        const magnitudes: number[] = [];
        const onStep = (_: number, step: StepResult): number => magnitudes.push(step[what]);
        await run({ encoder, train: pickHeads(train, [name]), settings: exact, onStep });
        inverse[name] = 1 / mean(magnitudes.slice(11));
      }
      const scale = mean(Object.values(inverse));
      for (const [name, weight] of Object.entries(inverse)) expect(result.weights[name]).toBeCloseTo(weight / scale, 5);
      expect([...phases]).toEqual(
        expect.arrayContaining(['weighing topic', 'weighing tags', 'weighing size', 'training']),
      );
    },
  );

  it('differ by no more than a hundred times, whatever a head has left to learn', () => {
    expect(toWeights([2, 1])).toEqual([2 / 3, 4 / 3]);
    const [solved = 0, open = 0] = toWeights([0, 5]);
    expect(solved / open).toBeCloseTo(100, 9);
    expect(solved + open).toBeCloseTo(2, 9);
    expect(toWeights([0, 0])).toEqual([1, 1]);
  });

  it('leave the encoder as it was when the search is stopped', async () => {
    const encoder = createFakeTrainableEncoder();
    const texts = await encoder.tokenize(validation.texts);
    const before = await encoder.encode(texts);
    const stop = new AbortController();
    const onProgress = ({ phase, done }: Progress): void => {
      if (phase === 'weighing tags' && done === 5) stop.abort();
    };
    await expect(run({ encoder, weighting: 'balanced', signal: stop.signal, onProgress })).rejects.toMatchObject({
      code: 'ABORTED',
    });
    expect(await encoder.encode(texts)).toEqual(before);
  });

  it('do not change what training begins with while they are sought', async () => {
    const losses = async (weighting: 'given' | 'converged'): Promise<number | undefined> => {
      const parts: number[] = [];
      await run({
        weighting,
        settings: { ...settings, steps: 1 },
        onStep: (_, step) => parts.push(step.parts['topic'] ?? 0),
      });
      return parts[0];
    };
    expect(await losses('converged')).toBe(await losses('given'));
  });

  it('are kept over a break when they were found', async () => {
    const whole = await run({ weighting: 'converged' });
    const directory = join(folder, 'weights');
    const stop = new AbortController();
    const before: number[] = [];
    const broken = run({
      weighting: 'converged',
      checkpoints: { directory },
      signal: stop.signal,
      onStep: (step, { loss }) => {
        before.push(loss);
        if (step === 17) stop.abort();
      },
    });
    await expect(broken).rejects.toMatchObject({ code: 'ABORTED' });
    const rest = await run({ weighting: 'converged', checkpoints: { directory, resume: true } });
    expect([...before, ...rest.losses]).toEqual(whole.losses);
    expect(rest.result.weights).toEqual(whole.result.weights);
  });

  it('follow the uncertainty of each head when they are learned', async () => {
    const { result } = await run({
      weighting: 'uncertainty',
      settings: { ...settings, epochs: 12, learningRate: 0.03 },
    });
    expect(result.weights['topic']).toBeGreaterThan(result.weights['size'] ?? Infinity);
  });

  it('are learned at a rate of their own, however small that of encoder and heads is', async () => {
    const { result } = await run({
      weighting: 'uncertainty',
      settings: { ...settings, epochs: 12, learningRate: 1e-6, weightDecay: 0 },
    });
    // The losses hardly change, so each weight goes towards 1 / (2 loss), that of regression towards half of 1 / loss.
    const losses = result.epochs.at(-1)?.validation?.figures ?? {};
    const loss = (head: string): number => losses[`${head}.loss`] ?? NaN;
    expect(result.weights['tags']).toBeGreaterThan(1.2 * (result.weights['topic'] ?? NaN));
    expect(loss('tags')).toBeLessThan(loss('topic'));
    expect(result.weights['size']).toBeLessThan(0.75);
  });
});

describe('the end of training', () => {
  it('is not watched by a figure that the validation rows do not have', async () => {
    const steps: number[] = [];
    const rows = pickHeads(validation, ['topic']);
    const topic = rows.heads['topic']?.targets;
    if (topic?.task !== 'single-label') throw new TypeError('expected a topic head');
    const [first = -1] = topic.classIndices;
    const lacking = topic.classIndices.map((index) => (index === first ? (first + 1) % topic.labels.length : index));
    const wanted = {
      settings: { ...settings, earlyStopping: { metric: 'topic.roc_auc_macro', patience: 2 } },
      onStep: (step: number) => steps.push(step),
    };
    const broken = run({
      ...wanted,
      validation: { ...rows, heads: { topic: { targets: { ...topic, classIndices: lacking } } } },
    });
    await expect(broken).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining('"topic.roc_auc_macro"') as string,
    });
    expect(steps).toEqual([]);
    expect((await run(wanted)).result.epochs[0]?.validation?.score).toBeGreaterThan(0);
  });

  it('comes early when the watched figure no longer rises, with the best parameters', async () => {
    const encoder = createFakeTrainableEncoder();
    const { result } = await run({
      encoder,
      settings: {
        ...settings,
        epochs: 40,
        learningRate: 0.05,
        schedule: 'constant',
        earlyStopping: { metric: 'topic.log_loss', patience: 2 },
      },
    });
    const scores = result.epochs.map(({ validation }) => validation?.score ?? -Infinity);
    expect(result.epochs.length).toBeLessThan(40);
    expect(result.epochs.length).toBe(result.bestEpoch + 2);
    expect(scores[result.bestEpoch - 1]).toBe(Math.max(...scores));
    const texts = await encoder.tokenize(validation.texts);
    const logits = result.heads['topic']?.logits(await encoder.encode(texts));
    const targets = validation.heads['topic']?.targets;
    if (logits === undefined || targets === undefined) throw new TypeError('expected a topic head');
    const loss = evaluateScores(targets, applyActivation(logits, 'softmax'))['log_loss'];
    expect(-Number(loss)).toBeCloseTo(scores[result.bestEpoch - 1] ?? 0, 6);
  });

  it('is decided by the heads that have validation rows', async () => {
    const { result } = await run({ validation: pickHeads(validation, ['topic']) });
    const scores = result.epochs.map(({ validation: judged }) => judged?.score ?? -Infinity);
    expect(scores).toEqual(result.epochs.map(({ validation: judged }) => judged?.figures['topic.macro_f1']));
    expect(scores[result.bestEpoch - 1]).toBe(Math.max(...scores));
    const unjudged = run({
      validation: pickHeads(validation, ['topic']),
      settings: { ...settings, earlyStopping: { metric: 'tags.macro_f1' } },
    });
    await expect(unjudged).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  it('comes after the steps asked for, and without validation rows the last parameters stay', async () => {
    const { result, losses } = await run({ validation: undefined, settings: { ...settings, steps: 20 } });
    expect(losses).toHaveLength(20);
    expect(result.epochs.map(({ step }) => step)).toEqual([15, 20]);
    expect(result.bestEpoch).toBe(2);
    expect(result.epochs[0]?.validation).toBeUndefined();
  });

  it('lowers the rate on a plateau', async () => {
    const encoder = createFakeTrainableEncoder();
    await run({
      encoder,
      settings: {
        ...settings,
        epochs: 10,
        learningRate: 0.2,
        warmupShare: 0,
        schedule: { kind: 'plateau', factor: 0.1 },
      },
    });
    expect(Math.min(...encoder.calls.rates)).toBeLessThanOrEqual(0.02 + 1e-12);
    expect(encoder.calls.rates[0]).toBe(0.2);
  });
});

describe('bad input', () => {
  const noClass = {
    texts: ['a', 'b'],
    heads: { x: { targets: { task: 'single-label', labels: ['p', 'q', 'r'], classIndices: Int32Array.of(0, 1) } } },
  } as const;
  it.each<[string, Partial<FinetuneOptions>, string]>([
    ['no texts', { train: { texts: [], heads: {} } }, 'TOO_FEW_EXAMPLES'],
    ['no heads', { train: { texts: ['a'], heads: {} } }, 'INVALID_ARGUMENT'],
    [
      'a head without a target',
      {
        train: {
          texts: ['a'],
          heads: {
            x: { targets: { task: 'regression', labels: ['x'], values: new Float64Array(0) }, rows: new Int32Array(0) },
          },
        },
      },
      'TOO_FEW_EXAMPLES',
    ],
    ['a class without a row', { train: noClass, validation: undefined }, 'TOO_FEW_EXAMPLES'],
    [
      'one class only',
      {
        train: {
          ...noClass,
          heads: { x: { targets: { task: 'single-label', labels: ['p'], classIndices: Int32Array.of(0, 0) } } },
        },
      },
      'TOO_FEW_CLASSES',
    ],
    [
      'targets for rows that do not exist',
      { train: { ...noClass, heads: { x: { ...noClass.heads.x, rows: Int32Array.of(0, 5) } } } },
      'SHAPE_MISMATCH',
    ],
    [
      'validation with other labels',
      {
        validation: {
          texts: ['a'],
          heads: { topic: { targets: { task: 'single-label', labels: ['z'], classIndices: Int32Array.of(0) } } },
        },
      },
      'SHAPE_MISMATCH',
    ],
    ['settings for an unknown head', { heads: { nope: {} } }, 'HEAD_NOT_FOUND'],
    ['a loss of another task', { heads: { topic: { loss: 'huber' } } }, 'TASK_UNSUPPORTED'],
    [
      'an option that a loss does not have',
      { heads: { topic: { loss: { name: 'cross-entropy', gamma: 1 } } } },
      'INVALID_ARGUMENT',
    ],
    ['class weights of unknown labels', { heads: { topic: { classWeight: { hail: 2 } } } }, 'UNKNOWN_LABEL'],
    ['class weights for numbers', { heads: { size: { classWeight: 'balanced' } } }, 'INVALID_ARGUMENT'],
    ['a weight of 0', { heads: { topic: { weight: 0 } } }, 'INVALID_ARGUMENT'],
    [
      'a weight beside weights that are found',
      { heads: { topic: { weight: 2 } }, weighting: 'uncertainty' },
      'INVALID_ARGUMENT',
    ],
    ['an unknown figure to watch', { settings: { earlyStopping: { metric: 'topic.r2' } } }, 'INVALID_ARGUMENT'],
    ['a batch of half a row', { settings: { batchSize: 0.5 } }, 'INVALID_ARGUMENT'],
    ['a dropout of 1', { settings: { dropout: 1 } }, 'INVALID_ARGUMENT'],
  ])('%s is refused', async (_, options, code) => {
    await expect(run(options)).rejects.toMatchObject({ code });
  });

  it.each([
    ['the loss of a head', Number.NaN],
    ['an infinite loss', Infinity],
  ])('%s stops training, names step, head and rate, and moves nothing', async (_, value) => {
    const encoder = createFakeTrainableEncoder();
    const broken: Loss<tf.Tensor> = {
      name: 'broken',
      tasks: ['single-label'],
      compute: (logits) => tf.mul(tf.sum(logits), value),
    };
    const failed = run({ encoder, heads: { topic: { loss: broken } } });
    await expect(failed).rejects.toMatchObject({ code: 'TRAINING_DIVERGED', details: { step: 1, head: 'topic' } });
    expect(encoder.updates).toBe(0);
  });
});
