import type * as tf from '@tensorflow/tfjs-core';
import type { Loss } from '@polyhead/types';
import type { CreateDifferentiableHead } from './differentiable-head.ts';

/** A loss that a configuration can name. */
export type LossName =
  | 'cross-entropy'
  | 'binary-cross-entropy'
  | 'focal'
  | 'mean-squared-error'
  | 'mean-absolute-error'
  | 'huber'
  | 'smooth-l1';

/** A loss with its options; which ones it takes is told by `createHeadLoss`. */
export interface LossConfig {
  readonly name: LossName;
  /** Of cross-entropy: share of the target that is spread over all classes, in [0, 1). @default 0 */
  readonly labelSmoothing?: number | undefined;
  /** Of focal: how strongly easy examples are played down. @default 2 */
  readonly gamma?: number | undefined;
  /** Of focal for multi-label heads: weight of present labels, in [0, 1). @default no weighting */
  readonly alpha?: number | undefined;
  /** Of huber: the error at which the loss turns linear, in standard deviations of the target. @default 1 */
  readonly delta?: number | undefined;
  /** Of smooth-l1: the error at which the loss turns linear, in standard deviations of the target. @default 1 */
  readonly beta?: number | undefined;
}

/**
 * `none`, `balanced`, or a weight by label (1 for labels that are not named). For single-label heads it weighs the rows of
 * a class, and `balanced` is `rows / (classes * rows of the class)`; for multi-label heads it weighs a label where it is
 * present, and `balanced` is `rows without it / rows with it`.
 */
export type ClassWeightConfig = 'none' | 'balanced' | Readonly<Record<string, number>>;

/** How one head is trained together with the encoder. */
export interface JointHeadSettings {
  /** What computes its logits. @default `differentiableLinear()` */
  readonly head?: CreateDifferentiableHead | undefined;
  /** A name, a name with options, or a loss of your own. @default cross-entropy, binary-cross-entropy or mean-squared-error */
  readonly loss?: LossName | LossConfig | Loss<tf.Tensor> | undefined;
  /** What its loss counts in the sum. @default 1 */
  readonly weight?: number | undefined;
  /** @default 'none' */
  readonly classWeight?: ClassWeightConfig | undefined;
}
