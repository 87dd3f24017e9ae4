import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { assertModelTarget } from '@polyhead/model';
import { createRandomGenerator } from '@polyhead/numerics';
import { completeModel } from '../../complete-model.ts';
import type { FinetuneConfig, HeadConfig } from '../../config/training-config.ts';
import { checkQuality, toLearnedTexts } from '../../data/check-quality.ts';
import { Stopwatch } from '../../stopwatch.ts';
import { assertHeadConfig } from '../../heads/assert-head-config.ts';
import { warnOfSkippedRows, type PreparedHead } from '../../train-heads.ts';
import type { TrainOptions, TrainResult } from '../../train-options.ts';
import { finetune, type FinetuneHeadOptions, type FinetuneResult } from '../finetune.ts';
import { backboneLoaders, type EncoderLoaders } from './encoder-loaders.ts';
import { checkForCheckpoint, checkpointDirectory, warnOfCutTexts, withCheckpoint } from './job-folder.ts';
import { toLearningIdentity } from './learning-identity.ts';
import { keepAdapters } from './keep-adapters.ts';
import { createLiveReport } from './live-report.ts';
import { loadJointData, type JointData } from './load-joint-data.ts';
import { toTrainingRecord } from './training-record.ts';
import { warnOfLostHeads } from './warn-of-lost-heads.ts';

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
  await warnOfLostHeads({ reference: config.backbone.reference, heads: Object.keys(config.heads) }, options);
  const { signal } = options;
  const data = await stopwatch.measure('read data', () =>
    loadJointData(config.heads, { random: createRandomGenerator(config.seed), signal }),
  );
  const heads = prepareHeads(config, data, options);
  const trained = await trainEncoder({ config, data, directory, stopwatch }, options, loaders);
  const { backbone, seed, output } = config;
  const result = await completeModel(
    {
      encoderDirectory: join(directory, 'encoder'),
      adaptersDirectory: trained.adaptersDirectory,
      fitted: trained.heads,
      training: toTrainingRecord(trained, config),
      textCounts: { distinct_texts: trained.counts.distinctTexts, truncated_texts: trained.counts.truncatedTexts },
      ...{ backbone, heads, seed, output },
    },
    { options, loaders, stopwatch },
  );
  await rm(directory, { recursive: true, force: true });
  return result;
}

function prepareHeads(
  { heads, training }: FinetuneConfig,
  data: JointData,
  { onWarning }: TrainOptions,
): PreparedHead[] {
  const learned = toLearnedTexts(training.trainable === 'none' ? [] : data.train.texts);
  const prepared = Array.from(data.heads).flatMap(([name, rows]): PreparedHead[] => {
    const config = heads[name];
    if (config === undefined) return [];
    assertHeadConfig(name, config, rows);
    const { counts, warnings } = checkQuality(name, rows, learned);
    for (const warning of warnings) onWarning?.(warning);
    return [{ name, config, data: rows, quality: counts }];
  });
  warnOfSkippedRows(prepared, { onWarning });
  return prepared;
}

interface Job {
  readonly config: FinetuneConfig;
  readonly data: JointData;
  readonly directory: string;
  readonly stopwatch: Stopwatch;
}

interface TrainedEncoder extends FinetuneResult {
  /** Undefined unless adapters are kept. */
  readonly adaptersDirectory: string | undefined;
}

/** Trains, and leaves the encoder in `DIRECTORY/encoder`, and adapters that are to be kept in `DIRECTORY/adapters`. */
async function trainEncoder(
  { config, data, directory, stopwatch }: Job,
  options: TrainOptions,
  loaders: EncoderLoaders,
): Promise<TrainedEncoder> {
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
        validation: data.validation.texts.length === 0 ? undefined : data.validation,
        heads: Object.fromEntries(Object.entries(config.heads).map(([name, head]) => [name, toHeadOptions(head)])),
        weighting: config.weights,
        settings: config.training,
        seed: config.seed,
        checkpoints: { directory, ...config.training.checkpoints, resume, identity: toLearningIdentity(config) },
        signal,
        ...live.watch(options),
      }),
    );
    await live.close('Trained; the figures of the final model are being computed.');
    const adaptersDirectory = await stopwatch.measure('save encoder', async () => {
      await rm(join(directory, 'encoder'), { recursive: true, force: true });
      await encoder.saveEncoder(join(directory, 'encoder'));
      return keepAdapters(encoder, config.training.lora, join(directory, 'adapters'));
    });
    warnOfCutTexts(result.counts, encoder.description.maximumLength, options);
    return { ...result, adaptersDirectory };
  } catch (error) {
    await live.close('Stopped.');
    throw await withCheckpoint(error, directory);
  } finally {
    await encoder.release();
  }
}

function toHeadOptions({ loss, weight, classWeight, thresholds }: HeadConfig): FinetuneHeadOptions {
  return { loss, weight, classWeight, thresholds: thresholds.tune ? thresholds.metric : 'none' };
}
