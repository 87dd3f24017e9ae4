import { PolyheadError } from '@polyhead/types';
import { type FiniteScheduleOptions, type Schedule, type ScheduleOptions, withWarmup } from './schedule.ts';

function stepsAfterWarmup({ totalSteps, warmupSteps = 0 }: FiniteScheduleOptions): number {
  if (!(Number.isInteger(totalSteps) && totalSteps >= 0)) {
    throw new PolyheadError('INVALID_ARGUMENT', {
      message: `The number of steps of a schedule is ${totalSteps}.`,
      remedy: 'Pass an integer of 0 or more.',
    });
  }
  return Math.max(1, totalSteps - warmupSteps);
}

/** The base rate, after the warm-up. */
export function createConstantSchedule(options: ScheduleOptions): Schedule {
  return withWarmup(options, () => 1);
}

/** Falls linearly from the base rate to 0 at `totalSteps`. */
export function createLinearSchedule(options: FiniteScheduleOptions): Schedule {
  const length = stepsAfterWarmup(options);
  return withWarmup(options, (steps) => Math.max(0, (length - steps) / length));
}

/** Falls along half a cosine from the base rate to 0 at `totalSteps`. */
export function createCosineSchedule(options: FiniteScheduleOptions): Schedule {
  const length = stepsAfterWarmup(options);
  return withWarmup(options, (steps) => 0.5 * (1 + Math.cos(Math.PI * Math.min(1, steps / length))));
}

/** Settings of {@link createStepSchedule}. */
export interface StepScheduleOptions extends ScheduleOptions {
  /** The rate is multiplied by `factor` every so many steps after the warm-up. */
  readonly every: number;
  /** @default 0.1 */
  readonly factor?: number;
}

/** Multiplies the rate by a factor at regular intervals. */
export function createStepSchedule(options: StepScheduleOptions): Schedule {
  const { every, factor = 0.1 } = options;
  if (!(Number.isInteger(every) && every > 0)) {
    throw new PolyheadError('INVALID_ARGUMENT', {
      message: `A step schedule is to change every ${every} steps.`,
      remedy: 'Pass an integer of 1 or more.',
    });
  }
  return withWarmup(options, (steps) => factor ** Math.floor(steps / every));
}
