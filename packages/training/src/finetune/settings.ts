import { PolyheadError } from '@polyhead/types';
import type { SamplingStrategy } from './batches/source-sampling.ts';
import type { BatchSize } from './batches/length-sorted-batches.ts';

/** How the learning rate goes on after the warm-up. */
export type ScheduleName = 'linear' | 'cosine' | 'constant' | 'step' | 'plateau';

/** A schedule with its options. */
export interface ScheduleConfig {
  readonly kind: ScheduleName;
  /** Of step and plateau: what the rate is multiplied by. @default 0.1 for step, 0.5 for plateau */
  readonly factor?: number | undefined;
  /** Of step: steps between two cuts. @default a third of all steps */
  readonly every?: number | undefined;
  /** Of plateau: epochs without improvement that are borne. @default 0 */
  readonly patience?: number | undefined;
}

/**
 * How the losses of heads are added up. `given`: by the weights of the heads (1 unless they say otherwise). `converged`: each
 * head is trained alone for a short while and weighted by 1 / the loss it comes to. `balanced`: the same with the norm of the
 * encoder's gradient in place of the loss, so that all heads pull at the encoder with about the same strength, as in GradNorm
 * (Chen et al. 2018, arXiv 1711.02257), but once. Neither makes a head count more than 100 times another. `uncertainty`:
 * weights are learned with the heads.
 */
export type TaskWeighting = 'given' | FoundWeighting | 'uncertainty';

/** Weights that are found before training. */
export type FoundWeighting = 'converged' | 'balanced';

/** When training ends before its last epoch. */
export interface EarlyStoppingConfig {
  /**
   * What is watched on the validation rows: `HEAD.FIGURE` such as `intent.macro_f1`, a figure's mean over all heads that
   * have it such as `macro_f1`, `loss`, or `score`: the mean over heads of macro F1 (classification) and R² (regression).
   * @default 'score'
   */
  readonly metric: string;
  /** Epochs without improvement before training ends; 0 never ends it. @default 0 */
  readonly patience: number;
}

/** Everything that decides how parameters move, with all defaults filled in. */
export interface OptimizationSettings {
  /** @default 5e-5 */
  readonly learningRate: number;
  /** Of the heads. @default the same */
  readonly headLearningRate?: number | undefined;
  /** @default 3 */
  readonly epochs: number;
  /** Steps in all, in place of epochs. */
  readonly steps?: number | undefined;
  /** Rows of a batch. @default 32 */
  readonly batchSize: number;
  /** Tokens of a batch, padding included, in place of rows. */
  readonly batchTokens?: number | undefined;
  /** Share of each embedding's numbers that is dropped before the heads. @default 0.1 */
  readonly dropout: number;
  /** Share of all steps over which the learning rate rises from 0. @default 0.1 */
  readonly warmupShare: number;
  /** @default 'linear' */
  readonly schedule: ScheduleName | ScheduleConfig;
  /** @default 'adamw' */
  readonly optimizer: 'adamw' | 'sgd';
  /** Of sgd. @default 0.9 */
  readonly momentum: number;
  /** Decoupled for adamw; never of biases and normalizations. @default 0.01 */
  readonly weightDecay: number;
  /** Largest joint norm of all gradients; 0 for no limit. @default 1 */
  readonly gradientClip: number;
  /** @default 'proportional' */
  readonly sampling: SamplingStrategy;
  readonly earlyStopping: EarlyStoppingConfig;
}

/** The defaults: the usual recipe for fine-tuning encoders of BERT's kind. */
export const defaultOptimization: OptimizationSettings = {
  learningRate: 5e-5,
  epochs: 3,
  batchSize: 32,
  dropout: 0.1,
  warmupShare: 0.1,
  schedule: 'linear',
  optimizer: 'adamw',
  momentum: 0.9,
  weightDecay: 0.01,
  gradientClip: 1,
  sampling: 'proportional',
  earlyStopping: { metric: 'score', patience: 0 },
};

/** {@link OptimizationSettings} as people give them. */
export type OptimizationInput = {
  readonly [Name in Exclude<keyof OptimizationSettings, 'earlyStopping'>]?: OptimizationSettings[Name] | undefined;
} & { readonly earlyStopping?: Partial<EarlyStoppingConfig> | undefined };

/**
 * Fills in defaults and checks ranges. Fields that are no settings are left out.
 * @throws {PolyheadError} INVALID_ARGUMENT
 */
export function toOptimizationSettings(input: OptimizationInput): OptimizationSettings {
  const given = Object.entries(input).filter(([name, value]) => value !== undefined && settingNames.has(name));
  const settings: OptimizationSettings = {
    ...defaultOptimization,
    ...(Object.fromEntries(given) as Partial<OptimizationSettings>),
    earlyStopping: { ...defaultOptimization.earlyStopping, ...input.earlyStopping },
  };
  assertRanges(settings);
  return settings;
}

const settingNames: ReadonlySet<string> = new Set([
  ...Object.keys(defaultOptimization),
  'headLearningRate',
  'steps',
  'batchTokens',
]);

function assertRanges(settings: OptimizationSettings): void {
  const { epochs, steps = 1, batchSize, batchTokens = 1, learningRate, headLearningRate = learningRate } = settings;
  const { weightDecay, gradientClip, momentum, dropout, warmupShare } = settings;
  for (const [name, value] of Object.entries({ epochs, steps, batchSize, batchTokens })) {
    assertRange(name, value, { test: Number.isInteger(value) && value >= 1, expected: 'a whole number from 1' });
  }
  for (const [name, value] of Object.entries({ learningRate, headLearningRate, weightDecay, gradientClip })) {
    assertRange(name, value, { test: value >= 0 && value < Infinity, expected: 'a number of 0 or more' });
  }
  for (const [name, value] of Object.entries({ momentum, dropout, warmupShare })) {
    assertRange(name, value, { test: value >= 0 && value < 1, expected: 'a number from 0 to below 1' });
  }
}

function assertRange(name: string, value: number, { test, expected }: { test: boolean; expected: string }): void {
  if (test) return;
  throw new PolyheadError('INVALID_ARGUMENT', {
    message: `The setting "${name}" is ${value}.`,
    remedy: `Give ${expected}.`,
    details: { field: name, value: String(value) },
  });
}

/** The size of batches that the settings ask for. */
export function batchSizeOf({ batchSize, batchTokens }: OptimizationSettings): BatchSize {
  return batchTokens === undefined ? { rows: batchSize } : { tokens: batchTokens };
}
