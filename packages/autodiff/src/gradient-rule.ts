import type { OnnxNode } from '@polyhead/onnx';

import type { GradientBuilder } from './gradient-builder.ts';
import type { ObservedValue } from './observe-values.ts';
import type { ValueShapes } from './value-shape.ts';

/** A gradient times a factor that is not applied yet: a later matrix product may take it for nothing. */
export interface ScaledGradient {
  readonly value: string;
  readonly factor: number;
}

/** A gradient that is a matrix product, written when it is known what it is multiplied by and added to. */
export interface ProductGradient {
  readonly shapes: ValueShapes;
  /** Writes factor * product + addend. */
  readonly write: (factor: number, addend: string | undefined) => string;
}

/** What a rule gives for one input. */
export type InputGradient = string | ScaledGradient | ProductGradient | undefined;

/** A node whose gradient is wanted, and what the rule writes it with. */
export interface RuleContext {
  readonly node: OnnxNode;
  readonly builder: GradientBuilder;
  /** Gradients of the node's outputs; undefined for outputs that the result does not depend on. At least one is there. */
  readonly gradients: readonly (string | undefined)[];
  /** True if the gradient of this input is wanted. */
  readonly wants: (input: number) => boolean;
  /** Notes why this node has no gradient; all such notes become one error. Returns what the rule returns then. */
  readonly reject: (reason: string) => readonly undefined[];
}

/**
 * Writes the gradients of a node's inputs from the gradients of its outputs, in which it must be linear. Gives one entry an
 * input, undefined where none is wanted. An entry may have the shape of the input, or a larger one that the input was
 * repeated to (the driver sums it), or a smaller one that broadcasts to it.
 */
export type GradientRule = (context: RuleContext) => readonly InputGradient[];

/** A forward node in the form that training wants: other nodes with the same results, or further outputs. */
export interface PreparedNode {
  readonly nodes: readonly OnnxNode[];
  /** Types and shapes of the results that are new. */
  readonly values: ReadonlyMap<string, ObservedValue>;
}

/** Gradient of the only output of a node. */
export function outputGradient({ gradients }: RuleContext): string {
  return gradients[0] ?? '';
}
