import { PolyheadError, type Tensor } from '@polyhead/types';

import type { OnnxAttribute, OnnxNode } from './onnx-model.ts';

/** An integer attribute. */
export function intAttribute(value: number): OnnxAttribute {
  return { kind: 'int', value: BigInt(value) };
}

/** A float attribute, rounded to single precision as it is stored. */
export function floatAttribute(value: number): OnnxAttribute {
  return { kind: 'float', value: Math.fround(value) };
}

/** A text attribute. */
export function stringAttribute(value: string): OnnxAttribute {
  return { kind: 'string', value };
}

/** A list of integers as attribute. */
export function intsAttribute(values: readonly number[]): OnnxAttribute {
  return { kind: 'ints', value: values.map(BigInt) };
}

/** A tensor as attribute. */
export function tensorAttribute(value: Tensor): OnnxAttribute {
  return { kind: 'tensor', value };
}

/**
 * The value of an integer attribute, or `fallback` if the node does not have it.
 * @throws {PolyheadError} GRAPH_INVALID if it is not an integer
 */
export function readIntAttribute<Fallback extends number | undefined>(
  node: OnnxNode,
  name: string,
  fallback: Fallback,
): number | Fallback {
  const attribute = node.attributes[name];
  if (attribute === undefined) return fallback;
  if (attribute.kind !== 'int') throw wrongKind(node, name, 'int');
  return Number(attribute.value);
}

/**
 * The value of a float attribute, or `fallback` if the node does not have it.
 * @throws {PolyheadError} GRAPH_INVALID if it is not a float
 */
export function readFloatAttribute<Fallback extends number | undefined>(
  node: OnnxNode,
  name: string,
  fallback: Fallback,
): number | Fallback {
  const attribute = node.attributes[name];
  if (attribute === undefined) return fallback;
  if (attribute.kind !== 'float') throw wrongKind(node, name, 'float');
  return attribute.value;
}

/**
 * The values of an attribute that is a list of integers; undefined if the node does not have it.
 * @throws {PolyheadError} GRAPH_INVALID if it is not a list of integers
 */
export function readIntsAttribute(node: OnnxNode, name: string): readonly number[] | undefined {
  const attribute = node.attributes[name];
  if (attribute === undefined) return undefined;
  if (attribute.kind !== 'ints') throw wrongKind(node, name, 'ints');
  return attribute.value.map(Number);
}

/**
 * The value of a text attribute, or `fallback` if the node does not have it.
 * @throws {PolyheadError} GRAPH_INVALID if it is not a text
 */
export function readStringAttribute<Fallback extends string | undefined>(
  node: OnnxNode,
  name: string,
  fallback: Fallback,
): string | Fallback {
  const attribute = node.attributes[name];
  if (attribute === undefined) return fallback;
  if (attribute.kind !== 'string') throw wrongKind(node, name, 'string');
  return attribute.value;
}

function wrongKind(node: OnnxNode, name: string, expected: OnnxAttribute['kind']): PolyheadError {
  return new PolyheadError('GRAPH_INVALID', {
    message: `Attribute "${name}" of ${node.opType} node "${node.name}" has the kind ${node.attributes[name]?.kind ?? 'none'} instead of ${expected}.`,
    remedy: 'Check the program that made the model.',
  });
}
