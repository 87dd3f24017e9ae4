import type { Targets, Task } from './dataset.ts';
import type { Matrix } from './tensor.ts';

/** What a metric sees: truth beside scores and the decisions made from them. */
export interface MetricInput {
  readonly targets: Targets;
  /** `[rows, labels]`: probabilities, or values for regression. */
  readonly scores: Matrix;
  /** `[rows, labels]` of 0 and 1: the labels decided on; absent for regression. */
  readonly decisions?: Uint8Array;
}

/** A single figure about predictions. */
export interface Metric {
  /** In snake_case, as in reports: `macro_f1`. */
  readonly name: string;
  readonly tasks: readonly Task[];
  readonly greaterIsBetter: boolean;
  compute(input: MetricInput): number;
}
