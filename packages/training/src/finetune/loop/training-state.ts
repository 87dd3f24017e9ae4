import type { JsonObject } from '@polyhead/types';
import { createLossCurve, type LossCurve } from '../progress/loss-curve.ts';
import { emptyMeans, type RunningMeans } from '../progress/running-means.ts';

/** What the validation rows say about the parameters as they are. */
export interface Judgement {
  /** What early stopping and the choice of the best epoch go by; greater is better. */
  readonly score: number;
  /** Figures for the history. */
  readonly figures: Readonly<Record<string, number>>;
  /** Everything that was measured, per label too. */
  readonly report: JsonObject;
}

/** One epoch that is done. */
export interface EpochRecord {
  /** Counted from 1. */
  readonly epoch: number;
  /** Steps done in all. */
  readonly step: number;
  /** Means over its steps: `loss`, the losses of its parts, `learning_rate`, `gradient_norm`. */
  readonly training: Readonly<Record<string, number>>;
  /** Undefined without validation rows. */
  readonly validation?: Judgement | undefined;
}

/** How far training has come. Plain JSON; together with the parameters it is all that going on needs. */
export interface TrainingState {
  /** The epoch that is going on, counted from 1. */
  epoch: number;
  /** Steps done in this epoch. */
  stepInEpoch: number;
  /** Steps done in all. */
  step: number;
  readonly totalSteps: number;
  /** Of the epoch that is going on. */
  means: RunningMeans;
  readonly curve: LossCurve;
  readonly epochs: EpochRecord[];
  finished: boolean;
}

/** The state before the first step. */
export function createTrainingState(totalSteps: number): TrainingState {
  return {
    epoch: 1,
    stepInEpoch: 0,
    step: 0,
    totalSteps,
    means: emptyMeans(),
    curve: createLossCurve(totalSteps),
    epochs: [],
    finished: false,
  };
}

/** The epoch with the best score, the first of equals; undefined without validation. */
export function bestEpoch({ epochs }: Pick<TrainingState, 'epochs'>): EpochRecord | undefined {
  let best: EpochRecord | undefined;
  for (const epoch of epochs) {
    if (epoch.validation === undefined) continue;
    if (best?.validation === undefined || epoch.validation.score > best.validation.score) best = epoch;
  }
  return best;
}
