import {
  PolyheadError,
  type MetricInput,
  type MultiLabelTargets,
  type RegressionTargets,
  type SingleLabelTargets,
} from '@polyhead/types';
import { countsPerClass, countsPerLabel, type BinaryCounts } from '../classification/binary-counts.ts';
import {
  confusionMatrix,
  seenClasses,
  selectClasses,
  type ConfusionMatrix,
} from '../classification/confusion-matrix.ts';
import type { ClassScores, IndicatorPredictions, IndicatorScores, ValuePredictions } from '../input-types.ts';
import { argMaxRows } from '../kernels/rows.ts';
import { assertMultiLabelScores, assertRegressionValues, assertSingleLabelScores } from '../target-checks.ts';
import { applyThresholds, thresholdsInOrder } from '../thresholds/apply-thresholds.ts';

/** A metric's input once its task is known. */
export type InputOf<TargetType> = MetricInput & { readonly targets: TargetType };

/** The classes decided on: the one marked in `decisions`, else the one with the greatest score. */
export function predictedClasses({ scores, decisions }: InputOf<SingleLabelTargets>): Int32Array {
  return argMaxRows(decisions ?? scores.data, scores.columns);
}

/** True classes beside the scores of all classes. */
export function toClassScores({ targets, scores }: InputOf<SingleLabelTargets>): ClassScores {
  assertSingleLabelScores(targets, scores);
  return { truth: targets.classIndices, scores: scores.data, classCount: targets.labels.length };
}

/** The confusion matrix of the classes decided on. */
export function toConfusionMatrix(input: InputOf<SingleLabelTargets>): ConfusionMatrix {
  const { truth, classCount } = toClassScores(input);
  return confusionMatrix({ truth, predicted: predictedClasses(input), classCount });
}

/** True labels beside the scores of all labels. */
export function toIndicatorScores({ targets, scores }: InputOf<MultiLabelTargets>): IndicatorScores {
  assertMultiLabelScores(targets, scores);
  return { truth: targets.indicators, scores: scores.data, labelCount: targets.labels.length };
}

/** True labels beside `decisions`, or beside the labels that score at least 0.5. */
export function toIndicatorPredictions(input: InputOf<MultiLabelTargets>): IndicatorPredictions {
  const { truth, labelCount } = toIndicatorScores(input);
  const { targets, scores, decisions } = input;
  return { truth, labelCount, predicted: decisions ?? applyThresholds(scores, thresholdsInOrder(targets.labels)) };
}

/** Counts per label of either classification task; of single-label data only the labels that occur. */
export function toBinaryCounts(input: MetricInput): BinaryCounts {
  const { targets } = input;
  if (targets.task === 'single-label') {
    const matrix = toConfusionMatrix({ ...input, targets });
    return countsPerClass(selectClasses(matrix, seenClasses(matrix)));
  }
  if (targets.task === 'multi-label') return countsPerLabel(toIndicatorPredictions({ ...input, targets }));
  throw unsupportedTask(targets.task);
}

/** True values beside predicted ones. */
export function toValuePredictions({ targets, scores }: InputOf<RegressionTargets>): ValuePredictions {
  assertRegressionValues(targets, scores.data);
  return { truth: targets.values, predicted: scores.data };
}

/** The error for a metric that was asked about another task. */
export function unsupportedTask(task: string): PolyheadError {
  return new PolyheadError('TASK_UNSUPPORTED', {
    message: `A metric was asked about ${task} predictions, which it does not support.`,
    remedy: 'Choose a metric that lists this task.',
    details: { task },
  });
}
