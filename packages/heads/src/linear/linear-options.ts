import type { JsonObject } from '@polyhead/types';
import { readHeadOptions } from '../contract/head-options.ts';
import { readClassWeight, type ClassWeight } from '../linear-model/class-weights.ts';

/** The options of the `linear` head; `linear.create` takes them as a plain object. */
export interface LinearOptions {
  /** Share of the embedding's elements that is dropped in every training step, in [0, 1). @default 0.25 */
  readonly dropout: number;
  /** Weight of the penalty `l2 / 2 * sum(weights^2)`, added to the mean loss. @default 0 */
  readonly l2: number;
  /** @default 'adamw' */
  readonly optimizer: 'adamw' | 'sgd';
  /** The rate to begin with, for embeddings of length 1 (others are scaled to a mean length of 1 inside). @default 0.02 for adamw, 5 for sgd */
  readonly learningRate: number;
  /** Of sgd. @default 0.9 */
  readonly momentum: number;
  /** Decoupled decay of adamw; never of the bias. @default 0.001 */
  readonly weightDecay: number;
  /** Most passes over the examples. @default 100 */
  readonly epochs: number;
  /** Examples a step; 0 chooses by the number of examples. @default 0 */
  readonly batchSize: number;
  /** What the learning rate is multiplied by when the loss has stopped falling. @default 0.2 */
  readonly plateauFactor: number;
  /** Epochs without improvement before that. @default 3 */
  readonly plateauPatience: number;
  /** The learning rate never falls below it. @default 1e-8 */
  readonly minimumLearningRate: number;
  /** Epochs without improvement before training ends; 0 never ends it. @default 8 */
  readonly earlyStoppingPatience: number;
  /** Logits are divided by it, in training and after; the fitted weights contain it. @default 1 */
  readonly temperature: number;
  /** @default true */
  readonly bias: boolean;
  /** Not for regression. @default 'cross-entropy' */
  readonly loss: 'cross-entropy' | 'focal';
  /** Of the focal loss. @default 2 */
  readonly gamma: number;
  /**
   * `none`, `balanced`, or a weight by label (1 for labels that are not named). For any number of labels a text it is the
   * weight of a label where it is present, and `balanced` is `rows without the label / rows with it`. Not for regression.
   * @default 'none'
   */
  readonly classWeight: ClassWeight;
  /** For one label a text, with cross-entropy; in [0, 1). @default 0 */
  readonly labelSmoothing: number;
}

const names: readonly (keyof LinearOptions)[] = [
  'dropout',
  'l2',
  'optimizer',
  'learningRate',
  'momentum',
  'weightDecay',
  'epochs',
  'batchSize',
  'plateauFactor',
  'plateauPatience',
  'minimumLearningRate',
  'earlyStoppingPatience',
  'temperature',
  'bias',
  'loss',
  'gamma',
  'classWeight',
  'labelSmoothing',
];

/**
 * Checks plain options and fills in the defaults.
 * @throws {PolyheadError} INVALID_ARGUMENT
 */
export function readLinearOptions(options: JsonObject): LinearOptions {
  const reader = readHeadOptions('linear', options, names);
  const optimizer = reader.choice('optimizer', 'adamw', ['adamw', 'sgd']);
  const count = { integer: true };
  return {
    dropout: reader.number('dropout', 0.25, { maximum: 0.99 }),
    l2: reader.number('l2', 0),
    optimizer,
    learningRate: reader.number('learningRate', optimizer === 'adamw' ? 0.02 : 5, { exclusive: true }),
    momentum: reader.number('momentum', 0.9, { maximum: 0.999 }),
    weightDecay: reader.number('weightDecay', 0.001),
    epochs: reader.number('epochs', 100, { ...count, minimum: 1 }),
    batchSize: reader.number('batchSize', 0, count),
    plateauFactor: reader.number('plateauFactor', 0.2, { maximum: 1, exclusive: true }),
    plateauPatience: reader.number('plateauPatience', 3, count),
    minimumLearningRate: reader.number('minimumLearningRate', 1e-8),
    earlyStoppingPatience: reader.number('earlyStoppingPatience', 8, count),
    temperature: reader.number('temperature', 1, { exclusive: true }),
    bias: reader.boolean('bias', true),
    loss: reader.choice('loss', 'cross-entropy', ['cross-entropy', 'focal']),
    gamma: reader.number('gamma', 2),
    classWeight: readClassWeight(reader),
    labelSmoothing: reader.number('labelSmoothing', 0, { maximum: 0.99 }),
  };
}
