import type * as tf from '@tensorflow/tfjs-core';
import {
  binaryCrossEntropy,
  crossEntropy,
  focal,
  huber,
  meanAbsoluteError,
  meanSquaredError,
  smoothL1,
} from '@polyhead/losses';
import { PolyheadError, type Loss, type Targets, type Task } from '@polyhead/types';
import { toClassWeights } from './class-weights.ts';
import type { JointHeadSettings, LossConfig, LossName } from './head-settings.ts';

const defaultLosses: Readonly<Record<Task, LossName>> = {
  'single-label': 'cross-entropy',
  'multi-label': 'binary-cross-entropy',
  regression: 'mean-squared-error',
};

/** The options that each loss takes, beside class weights. */
const lossOptions: Readonly<Record<LossName, readonly (keyof LossConfig)[]>> = {
  'cross-entropy': ['labelSmoothing'],
  'binary-cross-entropy': [],
  focal: ['gamma', 'alpha'],
  'mean-squared-error': [],
  'mean-absolute-error': [],
  huber: ['delta'],
  'smooth-l1': ['beta'],
};

/**
 * The loss of a head.
 * @param head named in messages
 * @throws {PolyheadError} TASK_UNSUPPORTED, INVALID_ARGUMENT, UNKNOWN_LABEL
 */
export function createHeadLoss(head: string, targets: Targets, settings: JointHeadSettings): Loss<tf.Tensor> {
  const loss = toLoss(head, targets, settings);
  if (loss.tasks.includes(targets.task)) return loss;
  throw new PolyheadError('TASK_UNSUPPORTED', {
    message: `Head "${head}" is a ${targets.task} head; the loss "${loss.name}" is for ${loss.tasks.join(', ')}.`,
    remedy: `Leave the loss out for "${defaultLosses[targets.task]}".`,
    details: { head, loss: loss.name, task: targets.task },
  });
}

function toLoss(head: string, targets: Targets, settings: JointHeadSettings): Loss<tf.Tensor> {
  const { loss = defaultLosses[targets.task], classWeight = 'none' } = settings;
  if (typeof loss === 'object' && 'compute' in loss) return loss;
  const config: LossConfig = typeof loss === 'string' ? { name: loss } : loss;
  assertOptions(head, config);
  if (targets.task === 'regression') return valueLoss(config, head, classWeight);
  if (config.name === 'focal') assertFocal(head, targets.task, { config, classWeight });
  const weights = toClassWeights(classWeight, targets, head);
  return classLoss(config, targets.task, weights);
}

function classLoss(config: LossConfig, task: Task, weights: Float32Array | undefined): Loss<tf.Tensor> {
  const { gamma, alpha, labelSmoothing } = config;
  switch (config.name) {
    case 'cross-entropy':
      return crossEntropy({ classWeights: weights, labelSmoothing });
    case 'binary-cross-entropy':
      return binaryCrossEntropy({ positiveWeights: weights });
    case 'focal':
      return task === 'single-label'
        ? focal({ kind: 'softmax', gamma, alpha: weights })
        : focal({ kind: 'sigmoid', gamma, alpha });
    default:
      return numericLoss(config);
  }
}

/** The focal loss weighs classes of single-label heads, and present labels against absent ones in multi-label heads. */
function assertFocal(
  head: string,
  task: Task,
  { config, classWeight }: { readonly config: LossConfig; readonly classWeight: unknown },
): void {
  const [option, other] =
    task === 'single-label' ? (['alpha', 'classWeight'] as const) : (['classWeight', 'alpha'] as const);
  if (option === 'alpha' ? config.alpha === undefined : classWeight === 'none') return;
  throw new PolyheadError('INVALID_ARGUMENT', {
    message: `Head "${head}" is a ${task} head, whose focal loss takes no ${option}.`,
    remedy: `Give ${other} in its place, or leave it out.`,
    details: { head, loss: config.name, option },
  });
}

function valueLoss(config: LossConfig, head: string, classWeight: unknown): Loss<tf.Tensor> {
  if (classWeight === 'none') return numericLoss(config);
  throw new PolyheadError('INVALID_ARGUMENT', {
    message: `Head "${head}" predicts numbers, which have no class weights.`,
    remedy: 'Leave classWeight out.',
    details: { head },
  });
}

function numericLoss({ name, delta, beta }: LossConfig): Loss<tf.Tensor> {
  switch (name) {
    case 'mean-absolute-error':
      return meanAbsoluteError();
    case 'huber':
      return huber({ delta });
    case 'smooth-l1':
      return smoothL1({ beta });
    case 'mean-squared-error':
      return meanSquaredError();
    // These answer that they do not support the task.
    case 'cross-entropy':
      return crossEntropy();
    case 'binary-cross-entropy':
      return binaryCrossEntropy();
    case 'focal':
      return focal({ kind: 'softmax' });
  }
}

function assertOptions(head: string, config: LossConfig): void {
  const known = lossOptions[config.name];
  const wrong = (Object.keys(config) as (keyof LossConfig)[]).find(
    (option) => option !== 'name' && config[option] !== undefined && !known.includes(option),
  );
  if (wrong === undefined) return;
  throw new PolyheadError('INVALID_ARGUMENT', {
    message: `The loss "${config.name}" of head "${head}" has no option "${wrong}".`,
    remedy: known.length === 0 ? 'It has no options.' : `Its options are ${known.join(', ')}.`,
    details: { head, loss: config.name, option: wrong },
  });
}
