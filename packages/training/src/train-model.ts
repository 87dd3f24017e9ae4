import { join } from 'node:path';
import { createCachedEncoder, loadEncoder, type LoadEncoderOptions } from '@polyhead/backbone';
import { headTypes } from '@polyhead/heads';
import { defaultCacheDirectory } from '@polyhead/hub';
import { assertModelTarget, saveModel } from '@polyhead/model';
import { createRandomGenerator } from '@polyhead/numerics';
import { PolyheadError, type Encoder } from '@polyhead/types';
import { parseTrainingConfig } from './config/parse-config.ts';
import type { BackboneConfig, FrozenConfig, TrainingConfig, TrainingConfigInput } from './config/training-config.ts';
import { finetuneModel } from './finetune/job/finetune-model.ts';
import { toSavedHead } from './heads/saved-head.ts';
import { toRunReport } from './run-report.ts';
import { setfitModel } from './setfit/job/setfit-model.ts';
import { Stopwatch } from './stopwatch.ts';
import { prepareHeads, trainHeads } from './train-heads.ts';
import type { TrainOptions, TrainResult } from './train-options.ts';

/**
 * Trains all heads of a configuration (on a frozen encoder, together with it, or on one that few texts taught) and writes the
 * model folder. Nothing is
 * written there before every head is trained; an existing model in the output folder stays as it is until then.
 * @throws {PolyheadError} INVALID_CONFIGURATION, any error of reading data, encoding and fitting, OUTPUT_EXISTS, ABORTED;
 * methods finetune and setfit: TRAINING_DIVERGED, CHECKPOINT_NOT_FOUND, CHECKPOINT_MISMATCH and errors of loading the encoder
 */
export async function trainModel(
  input: TrainingConfigInput | TrainingConfig,
  options: TrainOptions = {},
): Promise<TrainResult> {
  const config = parseTrainingConfig(input);
  await assertModelTarget(config.output);
  switch (config.method) {
    case 'frozen':
      return trainOnFrozenEncoder(config, options);
    case 'finetune':
      return finetuneModel(config, options);
    case 'setfit':
      return setfitModel(config, options);
  }
}

async function trainOnFrozenEncoder(config: FrozenConfig, options: TrainOptions): Promise<TrainResult> {
  assertNoResume(options);
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

function assertNoResume({ resume }: TrainOptions): void {
  if (resume !== true) return;
  throw new PolyheadError('INVALID_ARGUMENT', {
    message: 'Heads on a frozen encoder are trained anew; there are no checkpoints to resume from.',
    remedy: 'Leave it out. Embeddings that were computed before come from the cache.',
  });
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
