import { join } from 'node:path';
import { createCachedEncoder, loadEncoder, type LoadEncoderOptions } from '@polyhead/backbone';
import { headTypes, type HeadTypeRegistry } from '@polyhead/heads';
import { defaultCacheDirectory } from '@polyhead/hub';
import { assertModelTarget, saveModel } from '@polyhead/model';
import { createRandomGenerator } from '@polyhead/numerics';
import type { Encoder, Logger } from '@polyhead/types';
import { parseTrainingConfig } from './config/parse-config.ts';
import type { BackboneConfig, TrainingConfig, TrainingConfigInput } from './config/training-config.ts';
import { toSavedHead } from './heads/saved-head.ts';
import type { TrainedHead } from './heads/train-head.ts';
import type { RunReport } from './run-report.ts';
import { Stopwatch } from './stopwatch.ts';
import { prepareHeads, trainHeads } from './train-heads.ts';
import type { TrainingListeners } from './training-events.ts';

/** What a training job may be given beside its configuration. */
export interface TrainOptions extends TrainingListeners {
  /** Head types that configurations may name. @default the built-in ones */
  readonly registry?: HeadTypeRegistry;
  readonly signal?: AbortSignal | undefined;
  readonly logger?: Logger | undefined;
}

/** The outcome of a training job. */
export interface TrainResult {
  readonly heads: readonly TrainedHead[];
  /** The folder that was written. */
  readonly directory: string;
  readonly report: RunReport;
}

/**
 * Trains all heads of a configuration on one frozen encoder and writes the model folder. Nothing is written before
 * every head is trained; an existing model in the output folder stays as it is until then.
 * @throws {PolyheadError} INVALID_CONFIGURATION, any error of reading data, encoding and fitting, OUTPUT_EXISTS, ABORTED
 */
export async function trainModel(
  input: TrainingConfigInput | TrainingConfig,
  options: TrainOptions = {},
): Promise<TrainResult> {
  const config = parseTrainingConfig(input);
  await assertModelTarget(config.output);
  const stopwatch = new Stopwatch();
  const context = {
    registry: options.registry ?? headTypes,
    random: createRandomGenerator(config.seed),
    stopwatch,
    listeners: options,
    signal: options.signal,
  };
  const prepared = await prepareHeads(config.heads, context);
  const encoder = await stopwatch.measure('load encoder', () =>
    loadEncoder(config.backbone.reference, toEncoderOptions(config.backbone, options)),
  );
  try {
    const { trained, counts } = await trainHeads(prepared, {
      ...context,
      encoder: withCache(encoder, config.embeddingCache),
    });
    const seconds = stopwatch.toJson();
    await saveModel(config.output, {
      encoder,
      heads: trained.map(toSavedHead),
      selfContained: config.selfContained,
      seconds,
      counts: counts.heads,
    });
    return { heads: trained, directory: config.output, report: toRunReport(trained, seconds, counts) };
  } finally {
    await encoder.release();
  }
}

/** What `loadEncoder` needs to know of a backbone configuration. */
function toEncoderOptions(
  backbone: BackboneConfig,
  options: Pick<TrainOptions, 'onProgress' | 'signal' | 'logger'>,
): LoadEncoderOptions {
  const { pooling, normalize, maximumLength, prompt, longText, useOnnxFile, threads, provider } = backbone;
  const settings = { pooling, normalize, maximumLength, prompt, longText, useOnnxFile, threads, provider };
  const given = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
  return { ...given, onProgress: options.onProgress, signal: options.signal, logger: options.logger };
}

/** The encoder with its on-disk cache of embeddings, unless that is switched off. */
export function withCache(encoder: Encoder, cache: boolean | string): Encoder {
  if (cache === false) return encoder;
  return createCachedEncoder(encoder, {
    directory: cache === true ? join(defaultCacheDirectory(), 'embeddings') : cache,
  });
}

/** Everything measured, as plain JSON. */
export function toRunReport(
  trained: readonly TrainedHead[],
  seconds: Record<string, number>,
  counts: RunReport['counts'],
): RunReport {
  return { heads: Object.fromEntries(trained.map(({ name, evaluations }) => [name, evaluations])), seconds, counts };
}
