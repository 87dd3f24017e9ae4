import { PolyheadError } from '@polyhead/types';
import type { EncoderLoaders } from '../finetune/job/encoder-loaders.ts';
import { toOptimizerSettings } from '../finetune/loop/create-optimizer.ts';
import { createFakeTrainableEncoder, loadFakeEncoder } from './fake-trainable-encoder.ts';

/** Loads fakes instead of real encoders. */
export const fakeLoaders: EncoderLoaders = {
  loadTrainable: ({ training, backbone }) =>
    Promise.resolve(
      createFakeTrainableEncoder({
        dropout: training.encoderDropout ?? 0.1,
        optimizer: toOptimizerSettings(training),
        trainable: training.trainable === 'none' ? 'none' : 'all',
        maximumLength: backbone.maximumLength ?? 64,
      }),
    ),
  loadTrained: (directory) => loadFakeEncoder(directory),
  findLicense: () => Promise.resolve(undefined),
};

/** For jobs that must be refused before an encoder is loaded. */
export const unusedLoaders: EncoderLoaders = {
  ...fakeLoaders,
  loadTrainable: () => Promise.reject(new PolyheadError('INTERNAL', { message: 'The encoder was loaded.' })),
};
