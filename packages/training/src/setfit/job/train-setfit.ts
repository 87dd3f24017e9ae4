import { rm } from 'node:fs/promises';
import { assertModelTarget, type TrainingRecord } from '@polyhead/model';
import type { JsonObject } from '@polyhead/types';
import { completeModel } from '../../complete-model.ts';
import { backboneLoaders, type EncoderLoaders } from '../../finetune/job/encoder-loaders.ts';
import { checkForCheckpoint } from '../../finetune/job/job-folder.ts';
import { warnOfLostHeads } from '../../finetune/job/warn-of-lost-heads.ts';
import { toTrainingEpochs } from '../../finetune/job/training-record.ts';
import type { EncoderLossResult } from '../../finetune/train-encoder-with-loss.ts';
import type { Stopwatch } from '../../stopwatch.ts';
import type { TrainOptions, TrainResult } from '../../train-options.ts';
import { toFolders } from './job-folders.ts';
import { learnBody } from './learn-body.ts';
import type { SetFitJob, SetFitParts } from './setfit-job.ts';
import { trainEndToEnd, type EndToEndResult } from './train-end-to-end.ts';

/** What a job works with. */
export interface SetFitContext {
  readonly options: TrainOptions;
  readonly loaders?: EncoderLoaders | undefined;
  readonly stopwatch: Stopwatch;
}

/**
 * Trains an encoder by comparing texts, fits or trains heads on it, and writes the model folder. Until then checkpoints and
 * a live report lie in `OUTPUT.checkpoint`, from which a job that was stopped can go on.
 * @throws {PolyheadError} errors of loading the encoder, of `trainBody`, of fitting heads and of writing
 */
export async function trainSetFit(job: SetFitJob, context: SetFitContext): Promise<TrainResult> {
  const { options, loaders = backboneLoaders, stopwatch } = context;
  const { backbone, heads, seed, output } = job;
  await assertModelTarget(output);
  const folders = toFolders(output);
  await checkForCheckpoint(folders.root, options, [folders.embedding, folders.classifier]);
  await warnOfLostHeads({ reference: backbone.reference, heads: heads.map(({ name }) => name) }, options);
  const parts: SetFitParts = { job, folders, options, loaders, stopwatch };
  const body = await learnBody(parts);
  const joint = await trainEndToEnd(parts);
  const result = await completeModel(
    {
      encoderDirectory: joint === undefined ? folders.body : folders.trained,
      adaptersDirectory: body?.adaptersDirectory,
      fitted: joint?.heads,
      beforeLearning: body?.beforeLearning,
      training: toRecord(job, body?.training, joint),
      ...{ backbone, heads, seed, output },
    },
    { options, loaders, stopwatch },
  );
  await rm(folders.root, { recursive: true, force: true });
  return result;
}

/** What the model folder keeps of the training: the curve of the phase that came last. */
function toRecord(
  { setfit, seed }: SetFitJob,
  body: EncoderLossResult | undefined,
  joint: EndToEndResult | undefined,
): TrainingRecord {
  const settings = JSON.parse(JSON.stringify({ method: 'setfit', ...setfit, seed })) as JsonObject;
  const last = joint?.training ?? body;
  return {
    settings,
    steps: last?.curve.points ?? [],
    epochs: toTrainingEpochs(last?.epochs ?? []),
    bestEpoch: last?.bestEpoch ?? 0,
    weights: joint?.training.weights ?? {},
  };
}
