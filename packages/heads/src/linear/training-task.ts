import type * as tf from '@tensorflow/tfjs-core';
import { binaryCrossEntropy, crossEntropy, focal, meanSquaredError } from '@polyhead/losses';
import {
  PolyheadError,
  type Activation,
  type HeadExamples,
  type Loss,
  type MultiLabelTargets,
  type RegressionTargets,
  type SingleLabelTargets,
  type Targets,
} from '@polyhead/types';
import {
  assertWeightedLabels,
  multiLabelWeights,
  rowWeightsOf,
  singleLabelWeights,
  weightedCounts,
} from '../linear-model/class-weights.ts';
import type { LinearOptions } from './linear-options.ts';

/** Targets in the form that the loss takes. */
export interface TrainingTargets {
  /** `[rows, width]`, row-major; class indices, indicators or standardised values. */
  readonly values: Float32Array;
  readonly width: number;
  /** 1 if the loss takes class indices `[rows]`, 2 if it takes `[rows, width]`. */
  readonly rank: 1 | 2;
}

/** How targets are trained on: what differs between the three tasks. */
export interface TrainingTask {
  readonly activation: Activation;
  readonly outputs: number;
  readonly loss: Loss<tf.Tensor>;
  /** `[outputs]`: where the bias starts, so that the first predictions are the frequencies in the training data. */
  readonly initialBias: Float32Array;
  /** An output times `scale` plus `shift` is in the unit of the targets. */
  readonly scale: number;
  readonly shift: number;
}

/** How the targets of `examples` are trained on. */
export function createTrainingTask({ targets, ...examples }: HeadExamples, options: LinearOptions): TrainingTask {
  const rowWeights = rowWeightsOf({ targets, ...examples });
  assertWeightedLabels(options.classWeight, targets);
  switch (targets.task) {
    case 'single-label':
      return singleLabelTask(targets, rowWeights, options);
    case 'multi-label':
      return multiLabelTask(targets, rowWeights, options);
    case 'regression':
      return regressionTask(targets, options);
  }
}

/** Targets of the training or validation data for a task. */
export function toTrainingTargets(targets: Targets, { scale, shift }: TrainingTask): TrainingTargets {
  switch (targets.task) {
    case 'single-label':
      return { values: Float32Array.from(targets.classIndices), width: 1, rank: 1 };
    case 'multi-label':
      return { values: Float32Array.from(targets.indicators), width: targets.labels.length, rank: 2 };
    case 'regression':
      return { values: Float32Array.from(targets.values, (value) => (value - shift) / scale), width: 1, rank: 2 };
  }
}

/** Added to counts under a logarithm, so that labels that never or always occur start at a finite bias. */
const smallCount = 0.5;

function singleLabelTask(targets: SingleLabelTargets, rowWeights: Float64Array, options: LinearOptions): TrainingTask {
  const { labels } = targets;
  const { classWeight, gamma, labelSmoothing } = options;
  const counts = weightedCounts(targets, rowWeights);
  const weights = singleLabelWeights(classWeight, labels, counts);
  const classWeights = classWeight === 'none' ? undefined : weights;
  return {
    activation: 'softmax',
    outputs: labels.length,
    loss:
      options.loss === 'focal'
        ? focal({ kind: 'softmax', gamma, alpha: classWeights })
        : crossEntropy({ classWeights, labelSmoothing }),
    initialBias: Float32Array.from(counts, (count, label) => Math.log(count * (weights[label] ?? 1) + smallCount)),
    scale: 1,
    shift: 0,
  };
}

function multiLabelTask(targets: MultiLabelTargets, rowWeights: Float64Array, options: LinearOptions): TrainingTask {
  const { labels } = targets;
  const { classWeight, gamma } = options;
  if (options.loss === 'focal' && classWeight !== 'none') {
    throw new PolyheadError('INVALID_ARGUMENT', {
      message: 'The focal loss of a multi-label head takes no class weights.',
      remedy: 'Leave out "classWeight", or the loss for binary cross-entropy.',
      details: { option: 'classWeight' },
    });
  }
  const present = weightedCounts(targets, rowWeights);
  const total = rowWeights.reduce((sum, weight) => sum + weight, 0);
  const { positive, negative } = multiLabelWeights(classWeight, labels, { present, total });
  // A label that never or always occurs has no balance to strike.
  const ratios = positive.map((weight, label) => {
    const ratio = weight / (negative[label] ?? 1);
    return ratio > 0 && Number.isFinite(ratio) ? ratio : 1;
  });
  const positiveWeights = classWeight === 'none' ? undefined : ratios;
  return {
    activation: 'sigmoid',
    outputs: labels.length,
    loss: options.loss === 'focal' ? focal({ kind: 'sigmoid', gamma }) : binaryCrossEntropy({ positiveWeights }),
    initialBias: Float32Array.from(present, (count, label) =>
      Math.log((count * (ratios[label] ?? 1) + smallCount) / (total - count + smallCount)),
    ),
    scale: 1,
    shift: 0,
  };
}

/** Targets are standardised, so that one learning rate fits every unit; without a bias only their scale is changed. */
function regressionTask({ values }: RegressionTargets, options: LinearOptions): TrainingTask {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const shift = options.bias ? mean : 0;
  const spread = values.reduce((sum, value) => sum + (value - shift) ** 2, 0) / values.length;
  return {
    activation: 'identity',
    outputs: 1,
    loss: meanSquaredError(),
    initialBias: new Float32Array(1),
    scale: spread === 0 ? 1 : Math.sqrt(spread),
    shift,
  };
}
