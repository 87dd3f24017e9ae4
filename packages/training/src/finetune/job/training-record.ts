import type { TrainingRecord } from '@polyhead/model';
import type { JsonObject } from '@polyhead/types';
import type { FinetuneConfig } from '../../config/training-config.ts';
import type { FinetuneResult } from '../finetune.ts';
import type { EpochRecord } from '../loop/training-state.ts';

/** Epochs in the form that the model folder keeps. */
export function toTrainingEpochs(epochs: readonly EpochRecord[]): TrainingRecord['epochs'] {
  return epochs.map(({ epoch, step, training, validation }) => ({
    epoch,
    step,
    training,
    ...(validation === undefined ? {} : { validation: validation.figures, report: validation.report }),
  }));
}

/** What the model folder keeps of a training. */
export function toTrainingRecord(
  { epochs, curve, bestEpoch, weights }: FinetuneResult,
  { training, weights: weighting, seed }: FinetuneConfig,
): TrainingRecord {
  const settings = JSON.parse(JSON.stringify({ ...training, weights: weighting, seed })) as JsonObject;
  return { settings, steps: curve.points, epochs: toTrainingEpochs(epochs), bestEpoch, weights };
}
