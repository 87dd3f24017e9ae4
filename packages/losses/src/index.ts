export { prepareTensorFlow, type PrepareTensorFlowOptions, type TensorFlowBackend } from './tensorflow.ts';
export { crossEntropy, type CrossEntropyOptions } from './classification/cross-entropy.ts';
export { binaryCrossEntropy, type BinaryCrossEntropyOptions } from './classification/binary-cross-entropy.ts';
export {
  focal,
  type FocalOptions,
  type FocalSigmoidOptions,
  type FocalSoftmaxOptions,
} from './classification/focal.ts';
export { meanSquaredError } from './regression/mean-squared-error.ts';
export { meanAbsoluteError } from './regression/mean-absolute-error.ts';
export { huber, smoothL1, type HuberOptions, type SmoothL1Options } from './regression/huber.ts';
export { cosineSimilarity } from './contrastive/cosine-similarity.ts';
export { contrastive, type ContrastiveOptions } from './contrastive/contrastive.ts';
export { onlineContrastive } from './contrastive/online-contrastive.ts';
export { cosent, type CosentOptions } from './contrastive/cosent.ts';
export { angle, type AngleOptions } from './contrastive/angle.ts';
export {
  multipleNegativesRanking,
  type MultipleNegativesRankingOptions,
} from './contrastive/multiple-negatives-ranking.ts';
export { triplet, type TripletOptions } from './contrastive/triplet.ts';
export { batchAllTriplet } from './contrastive/batch-all-triplet.ts';
export {
  batchHardSoftMarginTriplet,
  batchHardTriplet,
  type BatchSoftMarginTripletOptions,
} from './contrastive/batch-hard-triplet.ts';
export { batchSemiHardTriplet } from './contrastive/batch-semi-hard-triplet.ts';
export type { BatchTripletOptions } from './contrastive/batch-triplet-options.ts';
export type { BatchDistance } from './contrastive/batch-distances.ts';
export type { EmbeddingDistance } from './contrastive/pair-distances.ts';
export { supervisedContrastive, type SupervisedContrastiveOptions } from './contrastive/supervised-contrastive.ts';
export {
  createEmbeddingLoss,
  embeddingLossNames,
  type EmbeddingLossConfig,
  type EmbeddingLossName,
  type EmbeddingLossOptions,
} from './contrastive/create-embedding-loss.ts';
