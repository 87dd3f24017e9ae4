import type { OnnxAttribute } from '@polyhead/onnx';

/** Sizes that graphs of test cases leave open. */
export interface Sizes {
  readonly batch: number;
  readonly length: number;
}

/** A float32 operand whose gradient is checked. */
export interface TrainedInput {
  readonly kind: 'trained';
  readonly shape: readonly number[];
  /** `smooth`: -1 to 1; `positive`: 0.5 to 2; `separated`: at least 0.25 apart from each other and 0.1 from 0. */
  readonly values: 'smooth' | 'positive' | 'separated';
}

/** An integer or truth operand that every run is given, or a constant of the graph. */
export interface FixedInput {
  readonly kind: 'input' | 'constant';
  readonly dataType: 'int64' | 'bool' | 'float32';
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

/** An optional operand that is not given. */
export interface MissingInput {
  readonly kind: 'missing';
}

export type CaseInput = TrainedInput | FixedInput | MissingInput;

/** One way to use an operator. */
export interface RuleCase {
  readonly operator: string;
  readonly title: string;
  /** @default 20 */
  readonly opset?: number;
  readonly inputs: (sizes: Sizes) => readonly CaseInput[];
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
  /** Number of results of the node. @default 1 */
  readonly outputs?: number;
  /** Which of them the loss depends on. @default all */
  readonly used?: readonly number[];
}

/** A trained operand with values from -1 to 1. */
export function smooth(...shape: readonly number[]): TrainedInput {
  return { kind: 'trained', shape, values: 'smooth' };
}

/** A trained operand with values from 0.5 to 2. */
export function positive(...shape: readonly number[]): TrainedInput {
  return { kind: 'trained', shape, values: 'positive' };
}

/** A trained operand whose values are far from each other and from 0. */
export function separated(...shape: readonly number[]): TrainedInput {
  return { kind: 'trained', shape, values: 'separated' };
}

/** An int64 constant vector, as axes and shapes are given. */
export function integers(...values: readonly number[]): FixedInput {
  return { kind: 'constant', dataType: 'int64', shape: [values.length], values };
}

/** An int64 graph input. */
export function indices(shape: readonly number[], value: (place: number) => number): FixedInput {
  return { kind: 'input', dataType: 'int64', shape, values: fill(shape, value) };
}

/** A bool graph input. */
export function truths(shape: readonly number[], value: (place: number) => boolean): FixedInput {
  return { kind: 'input', dataType: 'bool', shape, values: fill(shape, (place) => (value(place) ? 1 : 0)) };
}

/** A float32 constant scalar. */
export function number(value: number): FixedInput {
  return { kind: 'constant', dataType: 'float32', shape: [], values: [value] };
}

export const missing: MissingInput = { kind: 'missing' };

function fill(shape: readonly number[], value: (place: number) => number): number[] {
  return Array.from({ length: shape.reduce((product, size) => product * size, 1) }, (_, place) => value(place));
}
