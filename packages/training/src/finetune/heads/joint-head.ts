import type * as tf from '@tensorflow/tfjs-core';
import { assertEnoughClasses, countRows } from '@polyhead/data';
import {
  PolyheadError,
  type Activation,
  type FittedHead,
  type HistoryEntry,
  type JsonObject,
  type Loss,
  type RandomGenerator,
  type Targets,
  type Task,
} from '@polyhead/types';
import { createHeadLoss } from './head-loss.ts';
import type { JointHeadSettings } from './head-settings.ts';
import type { DifferentiableHead } from './differentiable-head.ts';
import { differentiableLinear } from './differentiable-linear.ts';
import { targetUnit, type TargetUnit } from './training-targets.ts';

/** A head in training: what computes its logits, its loss, and what makes a fitted head of it. */
export interface JointHead {
  readonly name: string;
  readonly task: Task;
  readonly labels: readonly string[];
  readonly loss: Loss<tf.Tensor>;
  /** `[1]`: what its loss counts in the sum. */
  readonly weight: Float32Array;
  readonly unit: TargetUnit;
  readonly dimension: number;
  /** Its parameters change in place as training goes on. */
  readonly differentiable: DifferentiableHead;
}

const activations: Readonly<Record<Task, Activation>> = {
  'single-label': 'softmax',
  'multi-label': 'sigmoid',
  regression: 'identity',
};

/**
 * A new head for training targets.
 * @throws {PolyheadError} TOO_FEW_EXAMPLES, TOO_FEW_CLASSES, TASK_UNSUPPORTED, INVALID_ARGUMENT, UNKNOWN_LABEL
 */
export function createJointHead(
  name: string,
  {
    targets,
    dimension,
    random,
    ...settings
  }: JointHeadSettings & {
    readonly targets: Targets;
    readonly dimension: number;
    readonly random: RandomGenerator;
  },
): JointHead {
  assertTargets(name, targets);
  const { weight = 1 } = settings;
  if (!(weight > 0 && Number.isFinite(weight))) {
    throw new PolyheadError('INVALID_ARGUMENT', {
      message: `The weight of head "${name}" is ${weight}.`,
      remedy: 'Give a number above 0, or leave the head out.',
      details: { head: name, weight },
    });
  }
  return {
    name,
    task: targets.task,
    labels: targets.labels,
    loss: createHeadLoss(name, targets, settings),
    weight: Float32Array.of(weight),
    unit: targetUnit(targets),
    dimension,
    differentiable: (settings.head ?? differentiableLinear())({
      task: targets.task,
      labels: targets.labels,
      dimension,
      random,
    }),
  };
}

function assertTargets(name: string, targets: Targets): void {
  if (countRows(targets) === 0) {
    throw new PolyheadError('TOO_FEW_EXAMPLES', {
      message: `No training row has a target of head "${name}".`,
      remedy: 'Check the column of this head, or leave the head out.',
      details: { head: name },
    });
  }
  assertEnoughClasses(targets, `the training rows of head ${name}`);
}

/** The head as it is now, in the unit of its targets. */
export function toFittedHead(
  head: JointHead,
  extra: {
    readonly options?: JsonObject;
    readonly settings?: JsonObject;
    readonly history?: readonly HistoryEntry[];
  } = {},
): FittedHead {
  const { task, labels, dimension, unit, differentiable } = head;
  const { options = {}, settings = {}, history = [] } = extra;
  const activation = activations[task];
  return differentiable.toFitted({ task, labels, dimension, unit, activation, options, settings, history });
}
