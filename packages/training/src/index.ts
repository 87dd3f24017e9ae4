export { addHead, type AddHeadOptions } from './add-head.ts';
export { createConfigJsonSchema } from './config/json-schema.ts';
export { loadTrainingConfig, parseTrainingConfig } from './config/parse-config.ts';
export type {
  AbstainConfig,
  BackboneConfig,
  ColumnsConfig,
  DataConfig,
  FinetuneConfig,
  FrozenConfig,
  HeadConfig,
  HeadConfigInput,
  EncoderLearning,
  JobConfig,
  SetFitConfig,
  SetFitHeadConfig,
  SetFitSection,
  SetFitSectionInput,
  TemplateConfig,
  ThresholdMetric,
  TrainableParts,
  TrainingConfig,
  TrainingConfigInput,
  TrainingSection,
  TrainingSectionInput,
} from './config/training-config.ts';
export type { QualityCounts } from './data/check-quality.ts';
export type { EvaluationSource } from './data/evaluation-data.ts';
export type { SplitName } from './data/head-data.ts';
export { distillModel, type DistillOptions } from './distill/distill-model.ts';
export type { BatchSize } from './finetune/batches/length-sorted-batches.ts';
export type { SamplingStrategy } from './finetune/batches/source-sampling.ts';
export type { CheckpointOptions } from './finetune/checkpoints/keepers.ts';
export { finetune, type FinetuneHeadOptions, type FinetuneOptions, type FinetuneResult } from './finetune/finetune.ts';
export type {
  CreateDifferentiableHead,
  DifferentiableHead,
  DifferentiableHeadContext,
  FittingResult,
} from './finetune/heads/differentiable-head.ts';
export { differentiableLinear, type DifferentiableLinearOptions } from './finetune/heads/differentiable-linear.ts';
export type { ClassWeightConfig, JointHeadSettings, LossConfig, LossName } from './finetune/heads/head-settings.ts';
export type { HeadRows, JointExamples } from './finetune/heads/joint-examples.ts';
export { checkpointDirectory } from './finetune/job/job-folder.ts';
export type { TrainingRunListeners } from './finetune/loop/run-training.ts';
export type { EpochRecord, Judgement, TrainingState } from './finetune/loop/training-state.ts';
export type { StepResult } from './finetune/loop/training-step.ts';
export type { Objective, ObjectiveResult, TrainingBatch } from './finetune/objective/objective.ts';
export type { TensorParameter } from './finetune/objective/tensor-objective.ts';
export type { CurvePoint, LossCurve } from './finetune/progress/loss-curve.ts';
export type { RunningMeans } from './finetune/progress/running-means.ts';
export {
  defaultOptimization,
  type EarlyStoppingConfig,
  type OptimizationInput,
  type OptimizationSettings,
  type ScheduleConfig,
  type ScheduleName,
  type TaskWeighting,
} from './finetune/settings.ts';
export {
  trainEncoderWithLoss,
  type EncoderLossInput,
  type EncoderLossOptions,
  type EncoderLossResult,
} from './finetune/train-encoder-with-loss.ts';
export { evaluateModel, type EvaluateOptions, type EvaluationReport } from './evaluate-model.ts';
export type { Evaluation } from './heads/evaluate-scores.ts';
export type { TrainedHead } from './heads/measure-head.ts';
export type { HeadCounts, RunCounts, RunReport } from './run-report.ts';
export type { OwnExamples, OwnPair, OwnTriplet } from './setfit/own-examples.ts';
export {
  SetFitTrainer,
  type SetFitHeadOptions,
  type SetFitRows,
  type SetFitTrainerOptions,
  type SetFitTrainOptions,
} from './setfit/setfit-trainer.ts';
export {
  defaultEmbeddingPhase,
  defaultEndToEndPhase,
  type EmbeddingPhase,
  type EmbeddingPhaseInput,
  type EndToEndPhase,
  type PairSampling,
} from './setfit/settings.ts';
export { trainBody, type TrainBodyOptions } from './setfit/train-body.ts';
export type { ContrastiveTraining } from './setfit/train-by-comparison.ts';
export { trainModel } from './train-model.ts';
export type { TrainOptions, TrainResult } from './train-options.ts';
export type { TrainingListeners, TrainingWarning } from './training-events.ts';
export { tuneModelThresholds, type TuneOptions } from './tune-model-thresholds.ts';
export { loadNliConfig, parseNliConfig, type LoadNliConfigOptions } from './nli/load-nli-config.ts';
export type {
  NliBackboneConfig,
  NliConfig,
  NliConfigInput,
  NliSourceConfig,
  NliSourceConfigInput,
} from './nli/nli-config.ts';
export { createNliJsonSchema } from './nli/nli-json-schema.ts';
export type { NliEvaluations } from './nli/judge-nli.ts';
export type { NliSourceCounts } from './nli/load-nli-data.ts';
export type { NliExamples } from './nli/nli-examples.ts';
export type { NliReport } from './nli/nli-report.ts';
export type { TrainNliModelOptions } from './nli/train-classifier.ts';
export { trainNli, type TrainNliOptions, type TrainablePairClassifier } from './nli/train-nli.ts';
export { trainNliModel, type TrainNliModelResult } from './nli/train-nli-model.ts';
