export {
  createLazyTensor,
  createTensor,
  tensorByteLength,
  tensorBytes,
  type TensorLayout,
} from './tensor/create-tensor.ts';
export { countElements } from './tensor/data-types.ts';
export { bfloat16ToFloat32, float16ToFloat32, float32ToBfloat16, float32ToFloat16 } from './tensor/half-precision.ts';
export { toFloat32 } from './tensor/to-float32.ts';
export { decodeSafetensors, type SafetensorsFile } from './safetensors/decode.ts';
export { encodeSafetensors, type NamedTensors } from './safetensors/encode.ts';
export { readSafetensors, type ReadSafetensorsOptions } from './safetensors/read.ts';
export { writeSafetensors } from './safetensors/write.ts';
export {
  floatAttribute,
  intAttribute,
  intsAttribute,
  readFloatAttribute,
  readIntAttribute,
  readIntsAttribute,
  readStringAttribute,
  stringAttribute,
  tensorAttribute,
} from './model/attributes.ts';
export { assertValidGraph } from './model/assert-valid-graph.ts';
export type {
  OnnxAttribute,
  OnnxDimension,
  OnnxGraph,
  OnnxInitializer,
  OnnxModel,
  OnnxNode,
  OnnxOpset,
  OnnxValueInfo,
} from './model/onnx-model.ts';
export { decodeModel } from './protobuf/decode-model.ts';
export { encodeModel } from './protobuf/encode-model.ts';
export { readModel } from './storage/read-model.ts';
export { writeModel, type WriteModelOptions } from './storage/write-model.ts';
export type { EncoderConfiguration } from './architectures/architecture.ts';
export {
  buildClassifierModel,
  type BuildClassifierOptions,
  type ClassifierModel,
  type NewClassifierHead,
} from './architectures/build-classifier-model.ts';
export { buildEncoderModel, type EncoderModel } from './architectures/build-encoder-model.ts';
export { findLibraryNames, type LibraryNames } from './architectures/library-names.ts';
export { supportedModelTypes, type BuildEncoderOptions } from './architectures/start-graph.ts';
export type { DropoutDimension, DropoutSite } from './blocks/dropout.ts';
export {
  createGraphBuilder,
  extendModel,
  type GraphBuilder,
  type GraphBuilderOptions,
  type NodeOptions,
  type ValueShape,
} from './builder/graph-builder.ts';
export { readLowRankAdapters, writeLowRankAdapters, type StoredAdapters } from './adapters/adapter-files.ts';
export type { LowRankAdapter } from './adapters/adapter-names.ts';
export type { AdapterScale } from './adapters/adapter-scale.ts';
export { addLowRankAdapters, type AdaptedModel, type AddAdaptersOptions } from './adapters/add-low-rank-adapters.ts';
export { mergeLowRankAdapters } from './adapters/merge-low-rank-adapters.ts';
export { listEncoderParameters } from './parameters/list-encoder-parameters.ts';
export { appendPooling, type PoolingOptions } from './rewrites/append-pooling.ts';
export { feedWordRows, type WordRowsModel } from './rewrites/feed-word-rows.ts';
export { liftInitializers } from './rewrites/lift-initializers.ts';
export { pruneGraph } from './rewrites/prune-graph.ts';
export { removeDropout } from './rewrites/remove-dropout.ts';
export {
  appendHead,
  createHeadInputModel,
  splitLabelOutputs,
  type AppendHeadOptions,
  type HeadInputOptions,
  type LabelOutputOptions,
} from './rewrites/append-head.ts';
export { mergeModels, type MergeOptions } from './rewrites/merge-models.ts';
export { renameValues } from './rewrites/rename-values.ts';
