export { addHead, type AddHeadOptions } from './add-head.ts';
export { createConfigJsonSchema } from './config/json-schema.ts';
export { loadTrainingConfig, parseTrainingConfig } from './config/parse-config.ts';
export type {
  BackboneConfig,
  ColumnsConfig,
  DataConfig,
  HeadConfig,
  HeadConfigInput,
  ThresholdMetric,
  TrainingConfig,
  TrainingConfigInput,
} from './config/training-config.ts';
export type { QualityCounts } from './data/check-quality.ts';
export type { EvaluationSource } from './data/evaluation-data.ts';
export type { SplitName } from './data/head-data.ts';
export { evaluateModel, type EvaluateOptions, type EvaluationReport } from './evaluate-model.ts';
export type { Evaluation } from './heads/evaluate-scores.ts';
export type { TrainedHead } from './heads/measure-head.ts';
export type { HeadCounts, RunCounts, RunReport } from './run-report.ts';
export { trainModel } from './train-model.ts';
export type { TrainOptions, TrainResult } from './train-options.ts';
export type { TrainingListeners, TrainingWarning } from './training-events.ts';
export { tuneModelThresholds, type TuneOptions } from './tune-model-thresholds.ts';
