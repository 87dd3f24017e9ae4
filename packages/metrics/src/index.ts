export type {
  BinaryScores,
  ClassPredictions,
  ClassScores,
  IndicatorPredictions,
  IndicatorScores,
  ValuePredictions,
  ZeroDivision,
} from './input-types.ts';

export {
  evaluateSingleLabel,
  type EvaluateSingleLabelInput,
  type SingleLabelEvaluation,
} from './evaluation/evaluate-single-label.ts';
export {
  evaluateMultiLabel,
  type EvaluateMultiLabelInput,
  type LabelRankingFigures,
  type MultiLabelEvaluation,
} from './evaluation/evaluate-multi-label.ts';
export type { MultiLabelDecisionFigures, ThresholdedLabelFigures } from './evaluation/multi-label-decisions.ts';
export {
  evaluateRegression,
  type EvaluateRegressionInput,
  type RegressionEvaluation,
} from './evaluation/evaluate-regression.ts';
export type { Figure } from './evaluation/figure.ts';
export type { LabelFigures } from './evaluation/label-figures.ts';

export { findMetric, metrics, metricsForTask } from './named-metrics/metrics.ts';
export { createMetric, type MetricComputations } from './named-metrics/create-metric.ts';
export type { InputOf } from './named-metrics/metric-inputs.ts';

export {
  tuneThresholds,
  type TuneThresholdsInput,
  type TunedLabel,
  type TunedThresholds,
} from './thresholds/tune-thresholds.ts';
export type { ThresholdMetric } from './thresholds/threshold-metrics.ts';
export { applyThresholds, thresholdsInOrder } from './thresholds/apply-thresholds.ts';
export { defaultThreshold } from './thresholds/default-threshold.ts';
export { thresholdTable, type ThresholdRow, type ThresholdTableOptions } from './thresholds/threshold-table.ts';

export {
  classificationReport,
  type ClassificationReport,
  type ClassificationReportInput,
  type ReportFigures,
  type ReportRow,
} from './reports/classification-report.ts';
export {
  findConfidentMistakes,
  type ConfidentMistake,
  type ConfidentMistakesOptions,
} from './reports/confident-mistakes.ts';
export { mostConfusedPairs, type ConfusedPair, type LabeledConfusionMatrix } from './reports/most-confused-pairs.ts';

export {
  confusionMatrix,
  normalizeConfusionMatrix,
  seenClasses,
  selectClasses,
  toNestedCounts,
  type ConfusionMatrix,
  type ConfusionNormalization,
} from './classification/confusion-matrix.ts';
export { accuracy, balancedAccuracy } from './classification/accuracy.ts';
export { matthews } from './classification/matthews.ts';
export { cohenKappa, type KappaWeighting } from './classification/cohen-kappa.ts';
export {
  countsPerClass,
  countsPerLabel,
  countsPerRow,
  pooledCounts,
  selectCounts,
  type BinaryCounts,
} from './classification/binary-counts.ts';
export {
  averageFbeta,
  fbetaFigures,
  precisionRecallFbeta,
  type FbetaAverage,
  type FbetaFigures,
  type FbetaOptions,
  type PrecisionRecallFbeta,
} from './classification/precision-recall-fbeta.ts';
export { jaccard, samplesJaccard, type Jaccard } from './classification/jaccard.ts';
export { hammingLoss, subsetAccuracy } from './classification/set-accuracy.ts';
export { binaryLogLoss, logLoss } from './classification/log-loss.ts';
export { binaryBrierScore, brierScore, type BrierOptions } from './classification/brier.ts';
export { topKAccuracy } from './classification/top-k-accuracy.ts';

export {
  precisionRecallCurve,
  rocCurve,
  type PrecisionRecallCurve,
  type RocCurve,
  type RocCurveOptions,
} from './ranking/binary-curves.ts';
export { multiLabelRocAuc, rocAuc, rocAucPerLabel, type RocAucOptions } from './ranking/roc-auc.ts';
export { oneVsOneRocAuc, oneVsRestRocAuc, oneVsRestRocAucPerClass } from './ranking/multi-class-roc-auc.ts';
export { averagePrecision, averagePrecisionPerLabel, multiLabelAveragePrecision } from './ranking/average-precision.ts';
export type { RankingAverage } from './ranking/average-over-labels.ts';
export { coverageError, labelRankingAveragePrecision, labelRankingLoss } from './ranking/label-ranking.ts';

export { maximumError, meanAbsoluteError, meanSquaredError, rootMeanSquaredError } from './regression/errors.ts';
export { explainedVariance, rSquared } from './regression/explained-variance.ts';
export { kendall, pearson, spearman, type CorrelationInput } from './regression/correlation.ts';

export {
  calibrationBins,
  expectedCalibrationError,
  type CalibrationBin,
  type CalibrationBinOptions,
  type ConfidenceInput,
} from './calibration/expected-calibration-error.ts';
export {
  chooseAbstention,
  type AbstentionChoice,
  type ChooseAbstentionInput,
  type ChosenAbstention,
} from './abstention/choose-abstention.ts';
export { selectiveAccuracy, type SelectiveAccuracy } from './abstention/selective-accuracy.ts';
export { fitTemperature, type TemperatureFit, type TemperatureInput } from './calibration/temperature.ts';
export { applyPlatt, fitPlatt, type PlattFit } from './calibration/platt.ts';
export { applyIsotonic, fitIsotonic, type IsotonicFit } from './calibration/isotonic.ts';
