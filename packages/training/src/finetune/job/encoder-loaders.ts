import { loadEncoder, loadTrainableEncoder, type LoadedTrainableEncoder } from '@polyhead/backbone';
import { resolveModel } from '@polyhead/hub';
import type { Encoder, Logger, LongOperationOptions, TrainableEncoder } from '@polyhead/types';
import type { BackboneConfig, FinetuneConfig, TrainingSection } from '../../config/training-config.ts';
import { toOptimizerSettings } from '../loop/create-optimizer.ts';

/** What loading an encoder may be given. */
export interface LoadingOptions extends LongOperationOptions {
  readonly logger?: Logger | undefined;
}

/** What decides how an encoder learns. */
export interface LearningConfig extends Pick<FinetuneConfig, 'backbone' | 'seed'> {
  readonly training: Pick<
    TrainingSection,
    | 'optimizer'
    | 'momentum'
    | 'weightDecay'
    | 'trainable'
    | 'layerDecay'
    | 'encoderDropout'
    | 'memoryBudget'
    | 'microBatchTokens'
    | 'lazyEmbeddings'
    | 'lora'
  >;
}

/** An encoder that learns; what keeps its adapters is only needed where they are to be kept. */
export type LearningEncoder = TrainableEncoder & Partial<Pick<LoadedTrainableEncoder, 'saveAdapters'>>;

/** Where a job gets its encoders from. */
export interface EncoderLoaders {
  /** The encoder that is to learn. */
  loadTrainable(config: LearningConfig, options: LoadingOptions): Promise<LearningEncoder>;
  /** A trained encoder that was written to a folder, for predictions. */
  loadTrained(directory: string, backbone: BackboneConfig, options: LoadingOptions): Promise<Encoder>;
  /** A folder that names the licence of the encoder that training begins with. */
  findLicense(reference: string): Promise<string | undefined>;
}

const megabyte = 2 ** 20;

/** The encoders of @polyhead/backbone. */
export const backboneLoaders: EncoderLoaders = {
  loadTrainable({ backbone, training, seed }, options) {
    const { reference, pooling, normalize, maximumLength, prompt, useOnnxFile, threads, provider = 'cpu' } = backbone;
    if (provider !== 'cpu') {
      options.logger?.warn(`Encoders are trained on the CPU; the provider "${provider}" is used for what comes after.`);
    }
    const { trainable, layerDecay, encoderDropout, memoryBudget, microBatchTokens, lazyEmbeddings, lora } = training;
    const settings = {
      ...{ pooling, normalize, maximumLength, prompt, useOnnxFile, threads },
      ...{ layerDecay, microBatchTokens, lazyEmbeddings, seed },
      // With adapters nothing else is trained.
      ...(lora === undefined ? { trainable } : { lora: { rank: lora.rank, alpha: lora.alpha } }),
      dropout: encoderDropout,
      memoryBudget: memoryBudget === undefined ? undefined : Math.round(memoryBudget * megabyte),
      optimizer: toOptimizerSettings(training),
    };
    return loadTrainableEncoder(reference, { ...settings, ...options });
  },
  loadTrained(directory, { threads, provider, useOnnxFile, longText }, options) {
    const settings = { threads, provider, useOnnxFile, longText };
    return loadEncoder(directory, { ...settings, ...options });
  },
  findLicense: async (reference) => (await resolveModel(reference)).directory,
};
