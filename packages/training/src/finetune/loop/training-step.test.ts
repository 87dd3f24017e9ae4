import { createRandomGenerator } from '@polyhead/numerics';
import { describe, expect, it } from 'vitest';
import { createFakeTrainableEncoder, type FakeTrainableEncoder } from '../../testing/fake-trainable-encoder.ts';
import type { Objective, TrainingBatch } from '../objective/objective.ts';
import { defaultOptimization } from '../settings.ts';
import { createObjectiveOptimizer } from './create-optimizer.ts';
import { createLearningRates } from './learning-rates.ts';
import { trainStep, type StepResult } from './training-step.ts';

/** Pulls the first number of each embedding and a parameter of its own along slopes that are given. */
function slopes(embedding: number, own: number): Objective<TrainingBatch> {
  return {
    parameters: new Map([['own', Float32Array.of(1)]]),
    decays: () => false,
    kindOf: () => 'heads',
    evaluate: ({ data, columns }) => ({
      loss: 1,
      parts: {},
      embeddingGradient: data.map((_, index) => (index % columns === 0 ? embedding : 0)),
      gradients: new Map([['own', Float32Array.of(own)]]),
    }),
  };
}

async function step(
  objective: Objective<TrainingBatch>,
  encoder: FakeTrainableEncoder,
  gradientClip: number,
): Promise<StepResult> {
  const texts = await encoder.tokenize(['one text', 'another']);
  const optimizer = createObjectiveOptimizer(
    { ...defaultOptimization, optimizer: 'sgd', momentum: 0, weightDecay: 0 },
    () => false,
  );
  return trainStep(
    { encoder, objective, optimizer },
    { batch: { texts: Int32Array.of(0, 1) }, texts },
    {
      step: 1,
      learningRates: { encoder: 0.1, heads: 0.5, uncertainties: 0 },
      gradientClip,
      random: createRandomGenerator(1),
    },
  );
}

describe('trainStep', () => {
  it('clips encoder and heads by one norm over both, as PyTorch does', async () => {
    const encoder = createFakeTrainableEncoder();
    const free = await step(slopes(1, 3), createFakeTrainableEncoder(), 0);
    const objective = slopes(1, 3);
    const clipped = await step(objective, encoder, 0.5);
    expect(clipped.gradientNorm).toBeCloseTo(free.gradientNorm, 6);
    expect(clipped.gradientNorm).toBeGreaterThan(3);
    const scale = 0.5 / (clipped.gradientNorm + 1e-6);
    expect(encoder.calls.scales[0]).toBeCloseTo(scale, 12);
    expect(objective.parameters.get('own')?.[0]).toBeCloseTo(1 - 0.5 * 3 * scale, 6);
    expect(clipped.tokens).toBe(5);
  });

  it('leaves small gradients alone', async () => {
    const encoder = createFakeTrainableEncoder();
    await step(slopes(0, 0.2), encoder, 1);
    expect(encoder.calls.scales).toEqual([1]);
    expect(encoder.calls.rates).toEqual([0.1]);
  });

  it.each([
    ['of the encoder', slopes(Number.NaN, 0)],
    ['of a head', slopes(0, Infinity)],
  ])('stops at a gradient %s that is not finite, and moves nothing', async (_, objective) => {
    const encoder = createFakeTrainableEncoder();
    await expect(step(objective, encoder, 1)).rejects.toMatchObject({
      code: 'TRAINING_DIVERGED',
      details: { step: 1, learningRate: 0.1, headLearningRate: 0.5 },
    });
    expect(encoder.updates).toBe(0);
    expect(await encoder.sumGradients()).toBe(0);
    expect(objective.parameters.get('own')?.[0]).toBe(1);
  });
});

describe('createLearningRates', () => {
  const rates = (schedule: typeof defaultOptimization.schedule, steps: readonly number[]): number[] => {
    const settings = { ...defaultOptimization, learningRate: 1, headLearningRate: 10, schedule };
    const made = createLearningRates(settings, 100);
    return steps.map((at) => {
      const { encoder, heads } = made.at(at);
      expect(heads).toBeCloseTo(10 * encoder, 12);
      return Math.round(encoder * 1e6) / 1e6;
    });
  };

  it('rise over the warm-up and then follow the schedule', () => {
    expect(rates('linear', [0, 5, 10, 55, 100])).toEqual([0, 0.5, 1, 0.5, 0]);
    expect(rates('cosine', [0, 10, 55, 100])).toEqual([0, 1, 0.5, 0]);
    expect(rates('constant', [0, 10, 99])).toEqual([0, 1, 1]);
    expect(rates({ kind: 'step', every: 30, factor: 0.1 }, [10, 39, 40, 70])).toEqual([1, 1, 0.1, 0.01]);
  });

  it('fall on a plateau of the score', () => {
    const settings = { ...defaultOptimization, learningRate: 1, schedule: { kind: 'plateau', patience: 1 } as const };
    const made = createLearningRates({ ...settings, warmupShare: 0 }, 10);
    const seen = [0.1, 0.2, 0.2, 0.2, 0.3].map((score) => {
      made.observe(score);
      return made.at(5).encoder;
    });
    expect(seen).toEqual([1, 1, 1, 0.5, 0.5]);
  });

  it('fall on a plateau of a loss, whose score is negative', () => {
    const settings = { ...defaultOptimization, learningRate: 1, schedule: 'plateau', warmupShare: 0 } as const;
    const made = createLearningRates(settings, 10);
    const seen = [0.5, 0.50003, 0.50006].map((loss) => {
      made.observe(-loss);
      return made.at(5).encoder;
    });
    expect(seen).toEqual([1, 0.5, 0.25]);
  });
});
