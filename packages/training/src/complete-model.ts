import { headTypes } from '@polyhead/heads';
import { saveModel, type TrainingRecord } from '@polyhead/model';
import { createRandomGenerator } from '@polyhead/numerics';
import type { FittedHead } from '@polyhead/types';
import type { BackboneConfig } from './config/training-config.ts';
import type { TextEmbeddings } from './data/text-embeddings.ts';
import type { EncoderLoaders } from './finetune/job/encoder-loaders.ts';
import { copyFolder } from './finetune/job/job-folder.ts';
import { toSavedHead } from './heads/saved-head.ts';
import { toRunReport, type RunCounts } from './run-report.ts';
import type { Stopwatch } from './stopwatch.ts';
import { measureHeads, trainHeads, type PreparedHead } from './train-heads.ts';
import type { TrainOptions, TrainResult } from './train-options.ts';

/** An encoder that was trained, and the heads that belong to it. */
export interface TrainedParts {
  /** Folder of the trained encoder. */
  readonly encoderDirectory: string;
  /** Folder of the low-rank adapters that made it, if they are to be kept. */
  readonly adaptersDirectory?: string | undefined;
  /** The encoder that training began with, and how it is used. */
  readonly backbone: BackboneConfig;
  readonly heads: readonly PreparedHead[];
  /** Heads that were trained together with the encoder. @default heads are fitted on it now */
  readonly fitted?: Readonly<Record<string, FittedHead>> | undefined;
  /** Training texts by the encoder that training began with, for heads that are fitted now. */
  readonly beforeLearning?: TextEmbeddings | undefined;
  readonly training: TrainingRecord;
  /** Texts of the whole job, where more were seen than heads are fitted and measured on. */
  readonly textCounts?: Pick<RunCounts, 'distinct_texts' | 'truncated_texts'> | undefined;
  readonly seed: number;
  /** Folder of the model. */
  readonly output: string;
}

/** What completing a model works with. */
export interface CompletionContext {
  readonly options: TrainOptions;
  readonly loaders: EncoderLoaders;
  readonly stopwatch: Stopwatch;
}

/**
 * Fits heads on a trained encoder, or measures those that were trained with it, and writes the model folder. The figures come
 * from the saved encoder by the way that predictions go.
 * @throws {PolyheadError} errors of loading the encoder, of fitting heads and of writing
 */
export async function completeModel(parts: TrainedParts, context: CompletionContext): Promise<TrainResult> {
  const { encoderDirectory, adaptersDirectory, backbone, heads, fitted, training, textCounts, seed, output } = parts;
  const { options, loaders, stopwatch } = context;
  const { onProgress, signal, logger } = options;
  const encoder = await loaders.loadTrained(encoderDirectory, backbone, { onProgress, signal, logger });
  try {
    const registry = options.registry ?? headTypes;
    const { beforeLearning } = parts;
    const random = createRandomGenerator(seed);
    const shared = { registry, random, stopwatch, listeners: options, signal, encoder, beforeLearning };
    const { trained, counts } =
      fitted === undefined ? await trainHeads(heads, shared) : await measureHeads(heads, fitted, shared);
    await saveModel(output, {
      encoder,
      heads: trained.map(toSavedHead),
      trainedEncoder: {
        reference: backbone.reference,
        licenseDirectory: await loaders.findLicense(backbone.reference),
        write: (target) => copyFolder(encoderDirectory, target),
        writeAdapters: adaptersDirectory === undefined ? undefined : (target) => copyFolder(adaptersDirectory, target),
      },
      training,
      seconds: stopwatch.toJson(),
      counts: counts.heads,
    });
    const report = { ...toRunReport(trained, stopwatch.toJson(), { ...counts, ...textCounts }), training };
    return { heads: trained, directory: output, report };
  } finally {
    await encoder.release();
  }
}
