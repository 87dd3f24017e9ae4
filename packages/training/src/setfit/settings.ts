import type { PairStrategy } from '@polyhead/data';
import type { EmbeddingLossConfig } from '@polyhead/losses';
import { PolyheadError } from '@polyhead/types';
import {
  defaultOptimization,
  toOptimizationSettings,
  type EarlyStoppingConfig,
  type OptimizationInput,
  type OptimizationSettings,
} from '../finetune/settings.ts';

/**
 * Which pairs of texts a step compares. `all-pairs`: every pair of the texts of a batch, so that each text that is encoded
 * teaches as much as it can. The others draw pairs one by one: `oversampling` takes as many pairs of unlike texts as of alike
 * ones by repeating the fewer, `undersampling` by leaving out some of the more, `unique` takes each pair once, and
 * `iterations` draws that many alike and unlike partners for every text. `reference` draws as the Python library SetFit does,
 * pairs of a text with itself included. Losses that need no pairs (triplets, groups, ranking) have batches of their own.
 */
export type PairSampling = 'all-pairs' | PairStrategy | { readonly reference: PairStrategy };

/** The embedding phase: the encoder learns to put texts with the same label near each other. */
export interface EmbeddingPhase extends Pick<
  OptimizationSettings,
  | 'learningRate'
  | 'steps'
  | 'batchSize'
  | 'warmupShare'
  | 'schedule'
  | 'optimizer'
  | 'momentum'
  | 'weightDecay'
  | 'gradientClip'
> {
  /** @default 'cosine-similarity' */
  readonly loss: EmbeddingLossConfig;
  /** @default 'all-pairs' */
  readonly sampling: PairSampling;
  /**
   * Passes over the pairs; with `all-pairs`, and with losses that need no pairs, over the texts. `steps` is in its place.
   * @default chosen by the number of texts, see {@link chooseSteps}; 1 where pairs are drawn one by one
   */
  readonly epochs?: number | undefined;
  /** How many times the encoder is judged where there are validation rows, evenly spread. @default 5 */
  readonly evaluations: number;
  /** Its patience counts judgements; the metric `loss` is not measured here. */
  readonly earlyStopping: EarlyStoppingConfig;
}

/** The second phase where it trains the encoder too: a differentiable head on top, by cross-entropy. */
export interface EndToEndPhase extends Pick<
  OptimizationSettings,
  'batchSize' | 'epochs' | 'warmupShare' | 'weightDecay'
> {
  /** Of the encoder. @default 1e-5 */
  readonly learningRate: number;
  /** @default 1e-2 */
  readonly headLearningRate: number;
}

/** {@link EmbeddingPhase} as people give it. */
export type EmbeddingPhaseInput = Omit<Partial<EmbeddingPhase>, 'earlyStopping'> & {
  readonly earlyStopping?: Partial<EmbeddingPhase['earlyStopping']> | undefined;
};

const {
  learningRate,
  batchSize,
  warmupShare,
  schedule,
  optimizer,
  momentum,
  weightDecay,
  gradientClip,
  earlyStopping,
} = defaultOptimization;

/** What is as in all training. */
const shared = {
  ...{ learningRate, batchSize, warmupShare, schedule, optimizer, momentum },
  ...{ weightDecay, gradientClip, earlyStopping },
};

/** The defaults of the embedding phase; docs/setfit.md has the figures by which they were chosen. */
export const defaultEmbeddingPhase: EmbeddingPhase = {
  loss: 'cosine-similarity',
  sampling: 'all-pairs',
  evaluations: 5,
  ...shared,
};

/** The defaults of training body and head together: those of the Python library SetFit. */
export const defaultEndToEndPhase: EndToEndPhase = {
  batchSize: 16,
  epochs: 16,
  learningRate: 1e-5,
  headLearningRate: 1e-2,
  warmupShare,
  weightDecay,
};

/** The settings of the phase that every training has. */
export function toOptimization(phase: EmbeddingPhase): OptimizationInput {
  const { learningRate, steps, epochs, batchSize, warmupShare, schedule, optimizer, momentum } = phase;
  const { weightDecay, gradientClip, earlyStopping } = phase;
  return {
    ...{ learningRate, steps, epochs, batchSize, warmupShare, schedule, optimizer, momentum },
    ...{ weightDecay, gradientClip, earlyStopping },
  };
}

/**
 * Fills in defaults and checks ranges.
 * @throws {PolyheadError} INVALID_ARGUMENT
 */
export function completeEmbeddingPhase(input: EmbeddingPhaseInput): EmbeddingPhase {
  const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
  const phase: EmbeddingPhase = {
    ...defaultEmbeddingPhase,
    ...(given as Partial<EmbeddingPhase>),
    earlyStopping: { ...defaultEmbeddingPhase.earlyStopping, ...input.earlyStopping },
  };
  toOptimizationSettings(toOptimization(phase));
  assertAtLeast('batchSize', phase.batchSize, 2);
  assertAtLeast('evaluations', phase.evaluations, 1);
  return phase;
}

function assertAtLeast(field: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least) return;
  throw new PolyheadError('INVALID_ARGUMENT', {
    message: `The setting "${field}" of the embedding phase is ${value}.`,
    remedy: `Give a whole number from ${least}.`,
    details: { field, value },
  });
}
