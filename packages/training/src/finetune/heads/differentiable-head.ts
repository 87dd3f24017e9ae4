import type * as tf from '@tensorflow/tfjs-core';
import type { Activation, FittedHead, HistoryEntry, JsonObject, RandomGenerator, Task } from '@polyhead/types';
import type { TensorParameter } from '../objective/tensor-objective.ts';

/** What a differentiable head is made for. */
export interface DifferentiableHeadContext {
  readonly task: Task;
  /** One logit each. */
  readonly labels: readonly string[];
  /** Width of the embeddings. */
  readonly dimension: number;
  /** For initial values. */
  readonly random: RandomGenerator;
}

/** What a fitted head is made with. */
export interface FittingResult {
  readonly task: Task;
  readonly labels: readonly string[];
  readonly dimension: number;
  readonly activation: Activation;
  /** Regression: predictions are logits times `scale` plus `shift`, in the unit of the data; 1 and 0 otherwise. */
  readonly unit: { readonly scale: number; readonly shift: number };
  readonly options: JsonObject;
  readonly settings: JsonObject;
  readonly history: readonly HistoryEntry[];
}

/** A head whose logits are written in TensorFlow.js operations, so that it learns together with the encoder. */
export interface DifferentiableHead {
  /** The type that the fitted head is registered by. */
  readonly type: string;
  /** What is learned, by name, with the values to begin with; changed in place as training goes on. */
  readonly parameters: Readonly<Record<string, TensorParameter>>;
  /**
   * `[rows, labels]`. Runs inside `tf.tidy`.
   * @param embeddings `[rows, dimension]`
   * @param parameters as they are now, by name
   */
  logits(embeddings: tf.Tensor2D, parameters: Readonly<Record<string, tf.Tensor>>): tf.Tensor;
  /** The head as its parameters are now. Called after every epoch too, so it must copy what it keeps. */
  toFitted(result: FittingResult): FittedHead;
}

/** Makes a new differentiable head. */
export type CreateDifferentiableHead = (context: DifferentiableHeadContext) => DifferentiableHead;
