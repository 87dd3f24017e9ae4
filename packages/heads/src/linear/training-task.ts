import type * as tf from '@tensorflow/tfjs-core';
import { binaryCrossEntropy, crossEntropy, focal, meanSquaredError } from '@polyhead/losses';
import type {
  Activation,
  Loss,
  MultiLabelTargets,
  RegressionTargets,
  SingleLabelTargets,
  Targets,
} from '@polyhead/types';
import { countClasses, countPositives, toClassWeights, toPositiveWeights } from './label-weights.ts';
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
  toTrainingTargets(targets: Targets): TrainingTargets;
}

/** @throws {PolyheadError} UNKNOWN_LABEL */
export function createTrainingTask(targets: Targets, options: LinearOptions): TrainingTask {
  switch (targets.task) {
    case 'single-label':
      return singleLabelTask(targets, options);
    case 'multi-label':
      return multiLabelTask(targets, options);
    case 'regression':
      return regressionTask(targets);
  }
}

function singleLabelTask(targets: SingleLabelTargets, options: LinearOptions): TrainingTask {
  const classWeights = toClassWeights(options.classWeights, targets);
  const { gamma, labelSmoothing } = options;
  const rows = targets.classIndices.length;
  // One pseudo-example a class keeps the logarithm of an absent class finite.
  const frequencies = countClasses(targets).map((count) => (count + 1) / (rows + targets.labels.length));
  return {
    activation: 'softmax',
    outputs: targets.labels.length,
    loss:
      options.loss === 'focal'
        ? focal({ kind: 'softmax', gamma, alpha: classWeights })
        : crossEntropy({ classWeights, labelSmoothing }),
    initialBias: Float32Array.from(frequencies, (share, index) =>
      Math.log(share * (classWeights?.[index] ?? 1) + 1e-6),
    ),
    scale: 1,
    shift: 0,
    toTrainingTargets: (given) => ({
      values: given.task === 'single-label' ? Float32Array.from(given.classIndices) : new Float32Array(0),
      width: 1,
      rank: 1,
    }),
  };
}

function multiLabelTask(targets: MultiLabelTargets, options: LinearOptions): TrainingTask {
  const outputs = targets.labels.length;
  const rows = targets.indicators.length / outputs;
  const positiveWeights = toPositiveWeights(options.positiveWeights, targets);
  const { gamma } = options;
  return {
    activation: 'sigmoid',
    outputs,
    loss: options.loss === 'focal' ? focal({ kind: 'sigmoid', gamma }) : binaryCrossEntropy({ positiveWeights }),
    initialBias: Float32Array.from(countPositives(targets), (count, index) =>
      Math.log(((count + 0.5) * (positiveWeights?.[index] ?? 1) + 1e-6) / (rows - count + 0.5)),
    ),
    scale: 1,
    shift: 0,
    toTrainingTargets: (given) => ({
      values: given.task === 'multi-label' ? Float32Array.from(given.indicators) : new Float32Array(0),
      width: outputs,
      rank: 2,
    }),
  };
}

function regressionTask({ values }: RegressionTargets): TrainingTask {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  const scale = Math.sqrt(variance) || 1;
  return {
    activation: 'identity',
    outputs: 1,
    loss: meanSquaredError(),
    initialBias: new Float32Array(1),
    scale,
    shift: mean,
    toTrainingTargets: (given) => ({
      values:
        given.task === 'regression'
          ? Float32Array.from(given.values, (value) => (value - mean) / scale)
          : new Float32Array(0),
      width: 1,
      rank: 2,
    }),
  };
}
