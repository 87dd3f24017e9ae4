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
export {
  createEmbeddingLoss,
  embeddingLossNames,
  type EmbeddingLossConfig,
  type EmbeddingLossName,
  type EmbeddingLossOptions,
} from './contrastive/create-embedding-loss.ts';
