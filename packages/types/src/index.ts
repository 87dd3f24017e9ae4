export { errorCodes, type ErrorCode } from './error-codes.ts';
export { PolyheadError, assertNotAborted, hasErrorCode, type PolyheadErrorOptions } from './errors.ts';
export type { JsonObject, JsonValue } from './json.ts';
export type { Matrix, Tensor, TensorDataOf, TensorDataType, TypedTensor } from './tensor.ts';
export type { Logger, LongOperationOptions, Progress, ProgressListener } from './progress.ts';
export type { RandomGenerator } from './random.ts';
export type {
  BatchOptions,
  Encoding,
  EncodingOptions,
  JoinPairOptions,
  PaddingStrategy,
  TextPair,
  TokenBatch,
  Tokenizer,
  TokenizerInput,
  TruncationStrategy,
  WindowOptions,
} from './tokenizer.ts';
export type {
  Embeddings,
  EncodedText,
  EncodeOptions,
  Encoder,
  EncoderDescription,
  EncoderGraphSource,
  LongTextStrategy,
  PoolingMode,
} from './encoder.ts';
export type { CrossEncoder, CrossEncoderDescription, PairLogits, PairOptions } from './cross-encoder.ts';
export type {
  LabeledTexts,
  MultiLabelTargets,
  RegressionTargets,
  RowProblem,
  SingleLabelTargets,
  Targets,
  Task,
} from './dataset.ts';
export type {
  HeadPrediction,
  LabelScore,
  MultiLabelPrediction,
  Prediction,
  RegressionPrediction,
  SingleLabelPrediction,
  ThresholdedLabelScore,
} from './prediction.ts';
export type {
  Activation,
  AffineForm,
  FitOptions,
  FittedHead,
  FittedHeadState,
  Head,
  HeadExamples,
  HeadType,
  HistoryEntry,
} from './head.ts';
export type {
  EmbeddingBatches,
  EmbeddingBatchShape,
  EmbeddingLoss,
  EmbeddingLossOf,
  GroupBatch,
  PairBatch,
  RankingBatch,
  TripletBatch,
} from './embedding-loss.ts';
export type {
  HypothesisTemplates,
  ZeroShotClassifier,
  ZeroShotInput,
  ZeroShotLabel,
  ZeroShotLabels,
  ZeroShotMethod,
  ZeroShotOptions,
  ZeroShotPrediction,
} from './zero-shot.ts';
export type { Loss } from './loss.ts';
export type { Metric, MetricInput } from './metric.ts';
export type {
  EncoderManifest,
  EncoderStorage,
  HeadAbstention,
  HeadCalibration,
  HeadManifest,
  HeadThresholds,
  ModelManifest,
} from './manifest.ts';
export type {
  EncoderParameter,
  OptimizerSettings,
  ParameterRole,
  ParameterUpdate,
  TrainableEncoder,
  TrainingPass,
  TrainingPassOptions,
} from './trainable-encoder.ts';
