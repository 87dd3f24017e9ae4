import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { loadTrainableClassifier, type LoadedTrainableClassifier } from '@polyhead/backbone';
import { nliClasses } from '@polyhead/data';
import type { JsonObject } from '@polyhead/types';
import { withCheckpoint } from '../finetune/job/job-folder.ts';
import { createLiveReport } from '../finetune/job/live-report.ts';
import { toOptimizerSettings } from '../finetune/loop/create-optimizer.ts';
import type { EncoderLossResult } from '../finetune/train-encoder-with-loss.ts';
import type { Stopwatch } from '../stopwatch.ts';
import type { TrainOptions } from '../train-options.ts';
import type { NliData } from './load-nli-data.ts';
import type { ChosenNliConfig } from './nli-config.ts';
import { trainNli } from './train-nli.ts';

/** What a training of natural language inference may be given beside its configuration. */
export type TrainNliModelOptions = Pick<
  TrainOptions,
  'onProgress' | 'onWarning' | 'onStep' | 'onEpoch' | 'resume' | 'signal' | 'logger'
>;

/** What came of training; the classifier lies in the folder `model` of the job. */
export interface TrainedClassifier extends EncoderLossResult {
  readonly labels: readonly string[];
}

interface Job {
  readonly config: ChosenNliConfig;
  readonly data: NliData;
  readonly directory: string;
  readonly stopwatch: Stopwatch;
}

/** Trains, and leaves the classifier in `DIRECTORY/model`. */
export async function trainClassifier(
  { config, data, directory, stopwatch }: Job,
  options: TrainNliModelOptions,
): Promise<TrainedClassifier> {
  const classifier = await stopwatch.measure('load checkpoint', () => load(config, options));
  const live = createLiveReport(directory, `Training of ${config.output}`);
  const { resume, signal } = options;
  try {
    const result = await stopwatch.measure('train', () =>
      trainNli({
        ...{ classifier, signal },
        train: data.train,
        validation: data.validation,
        settings: config.training,
        validateEvery: config.validateEvery,
        seed: config.seed,
        checkpoints: { directory, ...config.training.checkpoints, resume, identity: toIdentity(config) },
        ...live.watch(options),
      }),
    );
    await live.close('Trained; the figures of the final model are being computed.');
    const target = join(directory, 'model');
    await stopwatch.measure('save', async () => {
      await rm(target, { recursive: true, force: true });
      await classifier.saveEncoder(target);
    });
    return { ...result, labels: classifier.labels };
  } catch (error) {
    await live.close('Stopped.');
    throw await withCheckpoint(error, directory);
  } finally {
    await classifier.release();
  }
}

const megabyte = 2 ** 20;

function load(
  { backbone, classes, training, seed, dataType }: ChosenNliConfig,
  { onProgress, signal, logger }: TrainNliModelOptions,
): Promise<LoadedTrainableClassifier> {
  const { reference, maximumLength, threads } = backbone;
  const { trainable, layerDecay, encoderDropout, memoryBudget, microBatchTokens, lazyEmbeddings } = training;
  return loadTrainableClassifier(reference, {
    labels: nliClasses[classes],
    ...{ maximumLength, threads, seed, dataType, onProgress, signal, logger },
    ...{ trainable, layerDecay, microBatchTokens, lazyEmbeddings },
    dropout: encoderDropout,
    // A hypothesis that fills the whole length alone must not stop a training; where the premise is the longer one, only that is cut.
    truncation: 'longest-first',
    memoryBudget: memoryBudget === undefined ? undefined : Math.round(memoryBudget * megabyte),
    optimizer: toOptimizerSettings(training),
  });
}

/** What beside pairs and settings decides the numbers. Threads and memory may change between runs. */
function toIdentity({ backbone, classes, training }: ChosenNliConfig): JsonObject {
  const { reference, maximumLength } = backbone;
  const { trainable, layerDecay, encoderDropout, lazyEmbeddings } = training;
  const chosen = {
    backbone: { reference, maximumLength },
    trainable: { trainable, layerDecay, encoderDropout, lazyEmbeddings },
    outputs: classes,
  };
  return JSON.parse(JSON.stringify(chosen)) as JsonObject;
}
