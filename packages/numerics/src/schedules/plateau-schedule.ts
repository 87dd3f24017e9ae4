import { PolyheadError } from '@polyhead/types';
import { assertScheduleOptions, type Schedule, type ScheduleOptions } from './schedule.ts';

/** Settings of {@link createPlateauSchedule}; the defaults are PyTorch's. */
export interface PlateauScheduleOptions extends ScheduleOptions {
  /** The rate is multiplied by it. @default 0.1 */
  readonly factor?: number;
  /** Observations without improvement that are borne; the next one cuts. @default 10 */
  readonly patience?: number;
  /** @default 0 */
  readonly minimumRate?: number;
  /** How much better counts as better. @default 1e-4 */
  readonly threshold?: number;
  /** `relative`: a share of the best value; `absolute`: in the metric's own unit. @default 'relative' */
  readonly thresholdMode?: 'relative' | 'absolute';
  /** Observations after a cut that do not count as bad. @default 0 */
  readonly cooldown?: number;
  /** `minimum` for a loss, `maximum` for a score. @default 'minimum' */
  readonly goal?: 'minimum' | 'maximum';
}

/** A schedule that reacts to a metric. */
export interface PlateauSchedule extends Schedule {
  /** Takes the next value of the metric; usually once an epoch. */
  observe(metric: number): void;
}

/** Cuts smaller than this are not made. */
const smallestCut = 1e-8;

/** Reduces the rate when a metric has stopped improving (PyTorch's `ReduceLROnPlateau`). */
export function createPlateauSchedule(options: PlateauScheduleOptions): PlateauSchedule {
  assertScheduleOptions(options);
  const { baseRate, warmupSteps = 0, factor = 0.1, patience = 10, minimumRate = 0, cooldown = 0 } = options;
  if (!(factor > 0 && factor < 1)) {
    throw new PolyheadError('INVALID_ARGUMENT', {
      message: `The factor of a plateau schedule is ${factor}.`,
      remedy: 'Pass a number between 0 and 1, such as 0.2.',
    });
  }
  const isBetter = createComparison(options);
  let rate = baseRate;
  let best: number | undefined;
  let badCount = 0;
  let coolingDown = 0;
  return {
    learningRate: (step) => (step < warmupSteps ? (rate * step) / warmupSteps : rate),
    observe(metric) {
      if (best === undefined || isBetter(metric, best)) {
        best = metric;
        badCount = 0;
      } else {
        badCount += 1;
      }
      if (coolingDown > 0) {
        coolingDown -= 1;
        badCount = 0;
      }
      if (badCount <= patience) return;
      const reduced = Math.max(rate * factor, minimumRate);
      if (rate - reduced > smallestCut) rate = reduced;
      coolingDown = cooldown;
      badCount = 0;
    },
  };
}

function createComparison(options: PlateauScheduleOptions): (metric: number, best: number) => boolean {
  const { threshold = 1e-4, thresholdMode = 'relative', goal = 'minimum' } = options;
  const sign = goal === 'minimum' ? 1 : -1;
  return (metric, best) => {
    const margin = thresholdMode === 'relative' ? threshold * best : threshold;
    return sign * metric < sign * best - margin;
  };
}
