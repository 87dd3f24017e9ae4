import { PolyheadError, type Metric, type MetricInput, type Task } from '@polyhead/types';
import { expectedCalibrationError } from '../calibration/expected-calibration-error.ts';
import { accuracy, balancedAccuracy } from '../classification/accuracy.ts';
import { countsPerLabel, countsPerRow } from '../classification/binary-counts.ts';
import { binaryBrierScore, brierScore } from '../classification/brier.ts';
import { cohenKappa } from '../classification/cohen-kappa.ts';
import { binaryLogLoss, logLoss } from '../classification/log-loss.ts';
import { matthews } from '../classification/matthews.ts';
import {
  averageFbeta,
  fbetaFigures,
  precisionRecallFbeta,
  type FbetaAverage,
} from '../classification/precision-recall-fbeta.ts';
import { hammingLoss, subsetAccuracy } from '../classification/set-accuracy.ts';
import { topKAccuracy } from '../classification/top-k-accuracy.ts';
import { confidenceOf } from '../evaluation/confidence.ts';
import { multiLabelAveragePrecision } from '../ranking/average-precision.ts';
import { oneVsRestRocAuc } from '../ranking/multi-class-roc-auc.ts';
import { multiLabelRocAuc } from '../ranking/roc-auc.ts';
import { pearson, spearman } from '../regression/correlation.ts';
import { maximumError, meanAbsoluteError, meanSquaredError, rootMeanSquaredError } from '../regression/errors.ts';
import { explainedVariance, rSquared } from '../regression/explained-variance.ts';
import { createMetric } from './create-metric.ts';
import {
  predictedClasses,
  toBinaryCounts,
  toClassScores,
  toConfusionMatrix,
  toIndicatorPredictions,
  toIndicatorScores,
  toValuePredictions,
} from './metric-inputs.ts';

const averageNames = ['micro', 'macro', 'weighted'] as const;
const fbetaFields = [
  ['f1', 'fbeta'],
  ['precision', 'precision'],
  ['recall', 'recall'],
] as const satisfies readonly (readonly [string, keyof FbetaAverage])[];

/** micro_f1, macro_precision ... */
const averagedMetrics: readonly Metric[] = averageNames.flatMap((average) =>
  fbetaFields.map(([shown, field]) => {
    const compute = (input: MetricInput): number => precisionRecallFbeta(toBinaryCounts(input))[average][field];
    return createMetric(`${average}_${shown}`, 'greater', { singleLabel: compute, multiLabel: compute });
  }),
);

const decisionMetrics: readonly Metric[] = [
  createMetric('accuracy', 'greater', {
    singleLabel: (input) => accuracy(toConfusionMatrix(input)),
    multiLabel: (input) => subsetAccuracy(toIndicatorPredictions(input)),
  }),
  createMetric('balanced_accuracy', 'greater', { singleLabel: (input) => balancedAccuracy(toConfusionMatrix(input)) }),
  createMetric('mcc', 'greater', { singleLabel: (input) => matthews(toConfusionMatrix(input)) }),
  createMetric('kappa', 'greater', { singleLabel: (input) => cohenKappa(toConfusionMatrix(input)) }),
  createMetric('samples_f1', 'greater', {
    multiLabel: (input) => averageFbeta(fbetaFigures(countsPerRow(toIndicatorPredictions(input)))).fbeta,
  }),
  createMetric('hamming_loss', 'smaller', {
    multiLabel: (input) => hammingLoss(countsPerLabel(toIndicatorPredictions(input))),
  }),
];

const scoreMetrics: readonly Metric[] = [
  createMetric('log_loss', 'smaller', {
    singleLabel: (input) => logLoss(toClassScores(input)),
    multiLabel: (input) => binaryLogLoss(toIndicatorScores(input)),
  }),
  createMetric('brier', 'smaller', {
    singleLabel: (input) => brierScore(toClassScores(input)),
    multiLabel: (input) => binaryBrierScore(toIndicatorScores(input)),
  }),
  createMetric('ece', 'smaller', {
    singleLabel: (input) => expectedCalibrationError(confidenceOf(toClassScores(input), predictedClasses(input))),
  }),
  createMetric('top_3_accuracy', 'greater', { singleLabel: (input) => topKAccuracy(toClassScores(input), 3) }),
  createMetric('roc_auc_macro', 'greater', {
    singleLabel: (input) => oneVsRestRocAuc(toClassScores(input)),
    multiLabel: (input) => multiLabelRocAuc(toIndicatorScores(input)),
  }),
  createMetric('average_precision_macro', 'greater', {
    multiLabel: (input) => multiLabelAveragePrecision(toIndicatorScores(input)),
  }),
];

const regressionMetrics: readonly Metric[] = [
  createMetric('mse', 'smaller', { regression: (input) => meanSquaredError(toValuePredictions(input)) }),
  createMetric('rmse', 'smaller', { regression: (input) => rootMeanSquaredError(toValuePredictions(input)) }),
  createMetric('mae', 'smaller', { regression: (input) => meanAbsoluteError(toValuePredictions(input)) }),
  createMetric('max_error', 'smaller', { regression: (input) => maximumError(toValuePredictions(input)) }),
  createMetric('r2', 'greater', { regression: (input) => rSquared(toValuePredictions(input)) }),
  createMetric('explained_variance', 'greater', {
    regression: (input) => explainedVariance(toValuePredictions(input)),
  }),
  createMetric('pearson', 'greater', { regression: (input) => pearson(toValuePredictions(input)) }),
  createMetric('spearman', 'greater', { regression: (input) => spearman(toValuePredictions(input)) }),
];

/** Every named metric, for early stopping, schedules and comparisons. Names are those of the evaluations. */
export const metrics: readonly Metric[] = [
  ...decisionMetrics,
  ...averagedMetrics,
  ...scoreMetrics,
  ...regressionMetrics,
];

/** The named metrics that support a task. */
export function metricsForTask(task: Task): Metric[] {
  return metrics.filter((candidate) => candidate.tasks.includes(task));
}

/**
 * The metric of this name.
 * @throws {PolyheadError} INVALID_ARGUMENT if there is none
 */
export function findMetric(name: string): Metric {
  const found = metrics.find((candidate) => candidate.name === name);
  if (found !== undefined) return found;
  throw new PolyheadError('INVALID_ARGUMENT', {
    message: `There is no metric "${name}".`,
    remedy: `Choose one of ${metrics.map((candidate) => candidate.name).join(', ')}.`,
    details: { name },
  });
}
