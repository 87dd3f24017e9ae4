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
