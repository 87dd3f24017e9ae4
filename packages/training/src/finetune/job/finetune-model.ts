import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { toFileError } from '@polyhead/files';
import { assertModelTarget, saveModel } from '@polyhead/model';
import { createRandomGenerator } from '@polyhead/numerics';
import { hasErrorCode, PolyheadError, type Encoder, type JsonObject } from '@polyhead/types';
import type { FinetuneConfig, HeadConfig } from '../../config/training-config.ts';
import { checkQuality, type QualityCounts } from '../../data/check-quality.ts';
import { encodeDistinctTexts } from '../../data/text-embeddings.ts';
import { measureHead, type TrainedHead } from '../../heads/measure-head.ts';
import { toSavedHead } from '../../heads/saved-head.ts';
import { countRows, toRunReport, type RunCounts } from '../../run-report.ts';
import { Stopwatch } from '../../stopwatch.ts';
import type { TrainOptions, TrainResult } from '../../train-options.ts';
import { hasCheckpoint } from '../checkpoints/checkpoint-folder.ts';
import { finetune, type FinetuneHeadOptions, type FinetuneResult } from '../finetune.ts';
import { backboneLoaders, type EncoderLoaders } from './encoder-loaders.ts';
import { createLiveReport } from './live-report.ts';
import { loadJointData, type JointData } from './load-joint-data.ts';
import { toTrainingRecord } from './training-record.ts';

/** Where the checkpoints of a job lie: beside its output folder. */
export function checkpointDirectory(output: string): string {
  return `${output.replace(/[/\\]+$/, '')}.checkpoint`;
}

/**
 * Trains an encoder and its heads and writes the model folder. Until then checkpoints and a live report lie in
 * `OUTPUT.checkpoint`, from which a job that was stopped can go on; the folder is removed when the model is written. The
 * final figures come from the saved encoder by the way that predictions go.
 * @throws {PolyheadError} errors of reading data, of loading the encoder and of {@link finetune}
 */
export async function finetuneModel(
  config: FinetuneConfig,
  options: TrainOptions,
  loaders: EncoderLoaders = backboneLoaders,
): Promise<TrainResult> {
  await assertModelTarget(config.output);
  const stopwatch = new Stopwatch();
  const directory = checkpointDirectory(config.output);
  await checkForCheckpoint(directory, options);
  const { signal } = options;
  const data = await stopwatch.measure('read data', () =>
    loadJointData(config.heads, { random: createRandomGenerator(config.seed), signal }),
  );
  const quality = reportQuality(data, options);
  const trained = await trainEncoder({ config, data, directory, stopwatch }, options, loaders);
  const staged = join(directory, 'encoder');
  const { onProgress, logger } = options;
  const encoder = await loaders.loadTrained(staged, config.backbone, { onProgress, signal, logger });
  try {
    const heads = await stopwatch.measure('evaluate', () => measureHeads({ config, data, encoder, trained }, options));
    const counts = toCounts(data, quality, trained);
    const training = toTrainingRecord(trained, config);
    const { reference } = config.backbone;
    await saveModel(config.output, {
      encoder,
      heads: heads.map(toSavedHead),
      trainedEncoder: {
        reference,
        licenseDirectory: await loaders.findLicense(reference),
        write: (target) => copyFolder(staged, target),
      },
      training,
      seconds: stopwatch.toJson(),
      counts: counts.heads,
    });
    await rm(directory, { recursive: true, force: true });
    return { heads, directory: config.output, report: { ...toRunReport(heads, stopwatch.toJson(), counts), training } };
  } finally {
    await encoder.release();
  }
}

async function checkForCheckpoint(directory: string, { resume, onWarning }: TrainOptions): Promise<void> {
  const found = await hasCheckpoint(directory);
  if (resume === true && !found) {
    throw new PolyheadError('CHECKPOINT_NOT_FOUND', {
      message: `There is no checkpoint in "${directory}".`,
      remedy: 'Train without resuming.',
      details: { file: directory },
    });
  }
  if (resume === true || !found) return;
  onWarning?.({
    head: undefined,
    message: `An unfinished training lies in "${directory}"; this one replaces it. To go on with it, stop now and resume.`,
  });
}

function reportQuality({ heads }: JointData, { onWarning }: TrainOptions): ReadonlyMap<string, QualityCounts> {
  const counts = Array.from(heads, ([name, data]): [string, QualityCounts] => {
    const quality = checkQuality(name, data);
    for (const warning of quality.warnings) onWarning?.(warning);
    return [name, quality.counts];
  });
  return new Map(counts);
}

interface Job {
  readonly config: FinetuneConfig;
  readonly data: JointData;
  readonly directory: string;
  readonly stopwatch: Stopwatch;
}

/** Trains, and leaves the encoder in `DIRECTORY/encoder`. */
async function trainEncoder(
  { config, data, directory, stopwatch }: Job,
  options: TrainOptions,
  loaders: EncoderLoaders,
): Promise<FinetuneResult> {
  const { onProgress, signal, logger, resume } = options;
  const encoder = await stopwatch.measure('load encoder', () =>
    loaders.loadTrainable(config, { onProgress, signal, logger }),
  );
  const live = createLiveReport(directory, `Training of ${config.output}`);
  try {
    const result = await stopwatch.measure('train', () =>
      finetune({
        encoder,
        train: data.train,
        validation: data.validation,
        heads: Object.fromEntries(Object.entries(config.heads).map(([name, head]) => [name, toHeadOptions(head)])),
        weighting: config.weights,
        settings: config.training,
        seed: config.seed,
        checkpoints: { directory, ...config.training.checkpoints, resume, identity: toIdentity(config) },
        signal,
        onProgress,
        onEpoch: options.onEpoch,
        onStep: (step, stepResult, state) => {
          live.update(state);
          options.onStep?.(step, stepResult);
        },
      }),
    );
    await live.close('Trained; the figures of the final model are being computed.');
    await stopwatch.measure('save encoder', async () => {
      await rm(join(directory, 'encoder'), { recursive: true, force: true });
      await encoder.saveEncoder(join(directory, 'encoder'));
    });
    warnOfCutTexts(result, encoder.description.maximumLength, options);
    return result;
  } catch (error) {
    await live.close('Stopped.');
    throw await withCheckpoint(error, directory);
  } finally {
    await encoder.release();
  }
}

/** Tells those who stopped a job how to go on with it. */
async function withCheckpoint(error: unknown, directory: string): Promise<unknown> {
  const stopped = hasErrorCode(error, 'ABORTED') || hasErrorCode(error, 'TRAINING_DIVERGED');
  if (!stopped || !(await hasCheckpoint(directory))) return error;
  return new PolyheadError(error.code, {
    message: `${error.message} The last checkpoint is in "${directory}".`,
    ...(error.code === 'ABORTED' ? { remedy: 'Train with resume to go on from there.' } : {}),
    details: { ...error.details, checkpoint: directory },
    cause: error,
  });
}

function warnOfCutTexts({ counts }: FinetuneResult, limit: number, { onWarning }: TrainOptions): void {
  const { truncatedTexts, distinctTexts } = counts;
  if (truncatedTexts === 0) return;
  onWarning?.({
    head: undefined,
    message: `${truncatedTexts} of ${distinctTexts} texts are longer than ${limit} tokens and were cut.`,
  });
}

function toHeadOptions({ loss, weight, classWeight, thresholds }: HeadConfig): FinetuneHeadOptions {
  return { loss, weight, classWeight, thresholds: thresholds.tune ? thresholds.metric : 'none' };
}

/** What beside data, heads and settings decides the numbers. Threads and memory may change between runs. */
function toIdentity({ backbone, training }: FinetuneConfig): JsonObject {
  const { reference, pooling, normalize, maximumLength, prompt, useOnnxFile } = backbone;
  const { trainable, layerDecay, encoderDropout, lora, lazyEmbeddings } = training;
  const chosen = {
    backbone: { reference, pooling, normalize, maximumLength, prompt, useOnnxFile },
    trainable: { trainable, layerDecay, encoderDropout, lora, lazyEmbeddings },
  };
  return JSON.parse(JSON.stringify(chosen)) as JsonObject;
}

interface MeasureInput {
  readonly config: FinetuneConfig;
  readonly data: JointData;
  readonly encoder: Encoder;
  readonly trained: FinetuneResult;
}

async function measureHeads(
  { config, data, encoder, trained }: MeasureInput,
  options: TrainOptions,
): Promise<TrainedHead[]> {
  const lists = Array.from(data.heads.values(), ({ validation, test }) => [validation?.texts ?? [], test?.texts ?? []]);
  const { onProgress, signal } = options;
  const embeddings = await encodeDistinctTexts(encoder, lists.flat(), { onProgress, signal });
  return Object.entries(config.heads).flatMap(([name, head]) => {
    const [rows, fitted] = [data.heads.get(name), trained.heads[name]];
    if (rows === undefined || fitted === undefined) return [];
    return [measureHead({ name, config: head, data: rows, embeddings, fitted }, options)];
  });
}

function toCounts(
  { heads }: JointData,
  quality: ReadonlyMap<string, QualityCounts>,
  { counts }: FinetuneResult,
): RunCounts {
  const none: QualityCounts = {
    duplicates: 0,
    conflicting_duplicates: 0,
    validation_leaks: 0,
    test_leaks: 0,
  };
  const byHead = Array.from(heads, ([name, data]) => [name, countRows(data, quality.get(name) ?? none)] as const);
  return {
    distinct_texts: counts.distinctTexts,
    truncated_texts: counts.truncatedTexts,
    heads: Object.fromEntries(byHead),
  };
}

async function copyFolder(source: string, target: string): Promise<void> {
  try {
    await cp(source, target, { recursive: true });
  } catch (error) {
    throw toFileError(error, target, 'write');
  }
}
