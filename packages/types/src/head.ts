import type { Targets, Task } from './dataset.ts';
import type { JsonObject } from './json.ts';
import type { LongOperationOptions } from './progress.ts';
import type { RandomGenerator } from './random.ts';
import type { Matrix, Tensor } from './tensor.ts';

/** How logits become scores. `normalized-sigmoid` divides the sigmoids by their row sum (one-vs-rest on single labels). */
export type Activation = 'softmax' | 'sigmoid' | 'normalized-sigmoid' | 'identity';

/** Embeddings with their targets, row for row. */
export interface HeadExamples {
  /** `[rows, dimension]` */
  readonly embeddings: Matrix;
  readonly targets: Targets;
  /** `[rows]`, non-negative. @default 1 for every row */
  readonly sampleWeights?: Float64Array | undefined;
}

/** One line of a head's training history. */
export interface HistoryEntry {
  /** Counted from 1; an iteration for heads that have no epochs. */
  readonly epoch: number;
  /** Training loss, learning rate and whatever else the head reports, by name in snake_case. */
  readonly figures: Readonly<Record<string, number>>;
}

/** What a head may use while it is fitted. */
export interface FitOptions extends LongOperationOptions {
  readonly random: RandomGenerator;
  /** For early stopping and schedules; never used to fit. */
  readonly validation?: HeadExamples | undefined;
}

/** What a fitted head consists of: everything that is saved. */
export interface FittedHeadState {
  /** The type that can restore it, such as `logistic-regression`. */
  readonly type: string;
  readonly task: Task;
  readonly labels: readonly string[];
  /** Width of the embeddings that it takes. */
  readonly dimension: number;
  /** The options that the head was made with, for people. */
  readonly options: JsonObject;
  /** Values that `restore` needs beside the tensors. */
  readonly settings: JsonObject;
  readonly tensors: Readonly<Record<string, Tensor>>;
}

/**
 * A head whose logits are `embedding * weights^T + bias`.
 * It can be exported and merged into ONNX graphs.
 */
export interface AffineForm {
  /** `[outputs, dimension]`, row-major. */
  readonly weights: Float32Array;
  /** `[outputs]` */
  readonly bias: Float32Array;
  readonly outputs: number;
}

/** A head that can predict. Immutable. */
export interface FittedHead {
  readonly type: string;
  readonly task: Task;
  /** Label names in the order of the columns of `logits`. */
  readonly labels: readonly string[];
  readonly dimension: number;
  readonly activation: Activation;
  readonly history: readonly HistoryEntry[];
  /**
   * `[rows, labels]` before the activation.
   * @throws {PolyheadError} SHAPE_MISMATCH
   */
  logits(embeddings: Matrix): Matrix;
  toState(): FittedHeadState;
  /** The weights, if the head is an affine map; undefined for a head that cannot be exported. */
  affineForm(): AffineForm | undefined;
}

/** A head that can be fitted. Stores its options and does nothing else until `fit`. */
export interface Head {
  readonly type: string;
  /** The tasks that it can be fitted for. */
  readonly tasks: readonly Task[];
  /**
   * Fits a new head; never changes this one, so that it can be called again.
   * @throws {PolyheadError} TASK_UNSUPPORTED, SHAPE_MISMATCH, TOO_FEW_CLASSES, NOT_FINITE, ABORTED
   */
  fit(examples: HeadExamples, options: FitOptions): Promise<FittedHead>;
}

/** What a type of head registers: how to make one and how to bring a saved one back. */
export interface HeadType {
  readonly type: string;
  /** One sentence for listings. */
  readonly summary: string;
  readonly tasks: readonly Task[];
  /**
   * Makes an unfitted head from plain options.
   * @throws {PolyheadError} INVALID_ARGUMENT
   */
  create(options?: JsonObject): Head;
  /**
   * Brings a saved head back.
   * @throws {PolyheadError} TENSOR_MISSING, TENSOR_SHAPE_MISMATCH
   */
  restore(state: FittedHeadState): FittedHead;
}
