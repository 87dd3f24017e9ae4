export { createCachedEncoder, type CachedEncoderOptions } from './cache/create-cached-encoder.ts';
export {
  loadCrossEncoder,
  type LoadCrossEncoderOptions,
  type LoadedCrossEncoder,
} from './cross-encoder/load-cross-encoder.ts';
export { readLabelNames } from './cross-encoder/label-names.ts';
export { copyEncoderFiles } from './copy-encoder-files.ts';
export { assertTexts } from './encoding/assert-texts.ts';
export type { EncoderFiles } from './encoder-files.ts';
export { loadEncoder, type LoadedEncoder, type LoadEncoderOptions } from './load-encoder.ts';
export type { LoadedTrainableEncoder } from './trainable/create-trainable-encoder.ts';
export {
  loadTrainableClassifier,
  type LoadedTrainableClassifier,
  type LoadTrainableClassifierOptions,
} from './trainable/load-trainable-classifier.ts';
export type { StoredDataType } from './trainable/classifier-folder.ts';
export { loadTrainableEncoder } from './trainable/load-trainable-encoder.ts';
export { writeSmallerEncoder, type SmallerEncoderOptions } from './write-smaller-encoder.ts';
export type { LoadTrainableEncoderOptions, TrainableChoice } from './trainable/trainable-options.ts';
