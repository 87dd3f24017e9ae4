import type { Tensor, TensorDataType } from '@polyhead/types';

/** A size: fixed, named (the same name means the same size), or unknown. */
export type OnnxDimension = number | string | undefined;

/** Name, element type and shape of a value. */
export interface OnnxValueInfo {
  readonly name: string;
  readonly dataType: TensorDataType;
  /** Undefined if not even the rank is known. */
  readonly shape: readonly OnnxDimension[] | undefined;
}

/** A constant of the graph: weights and other fixed tensors. */
export interface OnnxInitializer {
  readonly name: string;
  readonly tensor: Tensor;
}

/** An attribute of a node; narrow it by `kind`. */
export type OnnxAttribute =
  | { readonly kind: 'int'; readonly value: bigint }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'tensor'; readonly value: Tensor }
  | { readonly kind: 'graph'; readonly value: OnnxGraph }
  | { readonly kind: 'ints'; readonly value: readonly bigint[] }
  | { readonly kind: 'floats'; readonly value: readonly number[] }
  | { readonly kind: 'strings'; readonly value: readonly string[] }
  | { readonly kind: 'tensors'; readonly value: readonly Tensor[] }
  | { readonly kind: 'graphs'; readonly value: readonly OnnxGraph[] };

/** One operation. */
export interface OnnxNode {
  /** For people; may be empty. */
  readonly name: string;
  readonly opType: string;
  /** Empty for the standard operators. */
  readonly domain: string;
  /** Names of values; an empty name is an optional input that is not given. */
  readonly inputs: readonly string[];
  /** Names of values; an empty name is an optional output that nobody uses. */
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
}

/** Nodes in an order in which every value is made before it is used. */
export interface OnnxGraph {
  readonly name: string;
  readonly nodes: readonly OnnxNode[];
  readonly inputs: readonly OnnxValueInfo[];
  readonly outputs: readonly OnnxValueInfo[];
  readonly initializers: readonly OnnxInitializer[];
  /** What is known about values in between; may be empty. */
  readonly valueInfo: readonly OnnxValueInfo[];
}

/** Which version of an operator set a model uses. */
export interface OnnxOpset {
  /** Empty for the standard operators. */
  readonly domain: string;
  readonly version: number;
}

/** An ONNX model as plain, immutable data. */
export interface OnnxModel {
  readonly irVersion: number;
  readonly opsets: readonly OnnxOpset[];
  readonly producerName: string;
  readonly producerVersion: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly graph: OnnxGraph;
}
