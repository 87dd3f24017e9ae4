import { loadTrainableEncoder, type LoadedTrainableEncoder } from '@polyhead/backbone';
import type { FinetuneOptions } from '@polyhead/training';

/** Settings of the usual fine-tuning recipe; both libraries follow it. */
export const recipe = {
  learningRate: 1e-4,
  weightDecay: 0.01,
  /** Share of the steps. */
  warmupShare: 0.1,
  gradientClip: 1,
  batchSize: 32,
  /** Of the pooled embedding; inside the encoder it is as configured. */
  dropout: 0.1,
  /** In tokens. */
  maximumLength: 128,
} as const;

/** The data sets of the benchmark with their epochs. */
export const finetuneSets = { banking77: { epochs: 5 }, go_emotions: { epochs: 2 } } as const;
export type FinetuneSetName = keyof typeof finetuneSets;

/** The recipe in Polyhead's terms. */
export function toSettings(): NonNullable<FinetuneOptions['settings']> {
  const { learningRate, weightDecay, warmupShare, gradientClip, batchSize, dropout } = recipe;
  return { learningRate, weightDecay, warmupShare, gradientClip, batchSize, dropout, schedule: 'linear' };
}

/** The encoder of the recipe. */
export function loadRecipeEncoder(model: string, threads: number): Promise<LoadedTrainableEncoder> {
  return loadTrainableEncoder(model, {
    threads,
    maximumLength: recipe.maximumLength,
    normalize: false,
    optimizer: { kind: 'adamw', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: recipe.weightDecay },
  });
}
