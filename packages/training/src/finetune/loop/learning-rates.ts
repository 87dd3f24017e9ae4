import {
  createConstantSchedule,
  createCosineSchedule,
  createLinearSchedule,
  createPlateauSchedule,
  createStepSchedule,
  type Schedule,
} from '@polyhead/numerics';
import type { ParameterKind } from '../objective/objective.ts';
import type { OptimizationSettings, ScheduleConfig } from '../settings.ts';

/** The learning rates of one step. */
export type StepRates = { readonly encoder: number } & Readonly<Record<ParameterKind, number>>;

/** The learning rates of every step. */
export interface LearningRates {
  /** @param step counted from 0 */
  at(step: number): StepRates;
  /** Takes the score of an epoch (greater is better); only a plateau schedule listens. */
  observe(score: number): void;
}

/**
 * Highest rate of uncertainties. AdamW moves a number by about the rate in a step, whatever its gradient: at the rates that
 * encoders bear, logarithms of variances would stay where they begin.
 */
const uncertaintyRate = 0.01;

/** Rates that rise over the warm-up (rounded up to whole steps) and then follow the schedule; heads keep their ratio to the encoder. */
export function createLearningRates(settings: OptimizationSettings, totalSteps: number): LearningRates {
  const { learningRate, headLearningRate = learningRate, warmupShare } = settings;
  const config = typeof settings.schedule === 'string' ? { kind: settings.schedule } : settings.schedule;
  // Rates are factors here, so that an encoder that is not to move leaves the heads their rate.
  const warmupSteps = Math.ceil(warmupShare * totalSteps);
  const { schedule, observe } = createSchedule(config, { baseRate: 1, warmupSteps, totalSteps });
  return {
    at(step) {
      const factor = schedule.learningRate(step);
      return {
        encoder: learningRate * factor,
        heads: headLearningRate * factor,
        uncertainties: uncertaintyRate * factor,
      };
    },
    observe,
  };
}

function createSchedule(
  config: ScheduleConfig,
  options: { readonly baseRate: number; readonly warmupSteps: number; readonly totalSteps: number },
): { schedule: Schedule; observe: (score: number) => void } {
  const fixed = (schedule: Schedule): { schedule: Schedule; observe: () => void } => ({
    schedule,
    observe: () => undefined,
  });
  switch (config.kind) {
    case 'linear':
      return fixed(createLinearSchedule(options));
    case 'cosine':
      return fixed(createCosineSchedule(options));
    case 'constant':
      return fixed(createConstantSchedule(options));
    case 'step': {
      const every = config.every ?? Math.max(1, Math.ceil(options.totalSteps / 3));
      return fixed(createStepSchedule({ ...options, every, factor: config.factor ?? 0.1 }));
    }
    case 'plateau': {
      const { factor = 0.5, patience = 0 } = config;
      // Scores may be negative (losses are), where a share of the best one would count a worse one as better.
      const schedule = createPlateauSchedule({
        ...options,
        factor,
        patience,
        goal: 'maximum',
        thresholdMode: 'absolute',
      });
      return { schedule, observe: (score) => schedule.observe(score) };
    }
  }
}
