import { PolyheadError } from '@polyhead/types';

/** The learning rate as a function of the step. */
export interface Schedule {
  /** The rate of a step, counted from 0. */
  learningRate(step: number): number;
}

/** What every schedule takes. */
export interface ScheduleOptions {
  /** The highest rate. */
  readonly baseRate: number;
  /** Steps over which the rate rises linearly from 0 to `baseRate`. @default 0 */
  readonly warmupSteps?: number;
}

/** Schedules that end. */
export interface FiniteScheduleOptions extends ScheduleOptions {
  /** Steps in all, warm-up included; the rate stays at its end afterwards. */
  readonly totalSteps: number;
}

/** @throws {PolyheadError} INVALID_ARGUMENT */
export function assertScheduleOptions({ baseRate, warmupSteps = 0 }: ScheduleOptions): void {
  if (!(baseRate >= 0 && Number.isFinite(baseRate))) {
    throw new PolyheadError('INVALID_ARGUMENT', {
      message: `The base learning rate is ${baseRate}.`,
      remedy: 'Pass a number of 0 or more, such as 0.001.',
    });
  }
  if (!(Number.isInteger(warmupSteps) && warmupSteps >= 0)) {
    throw new PolyheadError('INVALID_ARGUMENT', {
      message: `The number of warm-up steps is ${warmupSteps}.`,
      remedy: 'Pass an integer of 0 or more.',
    });
  }
}

/**
 * Puts a linear warm-up before a rate that is given as a factor of the base rate.
 * @param factorAfterWarmup takes the number of steps since the warm-up ended
 */
export function withWarmup(options: ScheduleOptions, factorAfterWarmup: (steps: number) => number): Schedule {
  assertScheduleOptions(options);
  const { baseRate, warmupSteps = 0 } = options;
  return {
    learningRate: (step) =>
      baseRate * (step < warmupSteps ? step / warmupSteps : factorAfterWarmup(step - warmupSteps)),
  };
}
