import type {
  OnnxAttribute,
  OnnxDimension,
  OnnxGraph,
  OnnxModel,
  OnnxNode,
  OnnxValueInfo,
} from '../model/onnx-model.ts';
import { checkedTensorBytes } from '../safetensors/encode.ts';
import { tensorByteLength } from '../tensor/create-tensor.ts';
import { dataTypeCodes } from './data-type-codes.ts';
import { unsupported } from './problems.ts';
import { modelType } from './schema.ts';
import {
  toWireInteger,
  type WireAttribute,
  type WireGraph,
  type WireModel,
  type WireNode,
  type WireTensor,
  type WireValueInfo,
} from './wire-types.ts';
import type { Tensor } from '@polyhead/types';

/** Protobuf messages end at 2 GiB; some room is left for names and nodes. */
export const largestInlineBytes: number = 2 ** 31 - 2 ** 26;

/** How a tensor becomes a message: with its bytes, or with a pointer to another file. */
export type TensorEncoder = (tensor: Tensor, name: string) => Partial<WireTensor>;

/**
 * The bytes of an ONNX file with all weights inside.
 * @throws {PolyheadError} ONNX_UNSUPPORTED above 2 GiB, SHAPE_MISMATCH
 */
export function encodeModel(model: OnnxModel): Uint8Array {
  const bytes = countInitializerBytes(model);
  if (bytes > largestInlineBytes) {
    throw unsupported(
      `${bytes} bytes of weights, and a single ONNX file holds at most 2 GiB`,
      'Write it with writeModel(model, path), which puts the weights into a second file.',
    );
  }
  return encodeModelWith(model, encodeInline);
}

/** Bytes of all initializers of the main graph. */
export function countInitializerBytes(model: OnnxModel): number {
  return model.graph.initializers.reduce((sum, { tensor }) => sum + tensorByteLength(tensor), 0);
}

/** As {@link encodeModel}, with a choice for each initializer of the main graph. */
export function encodeModelWith(model: OnnxModel, encodeInitializer: TensorEncoder): Uint8Array {
  const wire: WireModel = {
    irVersion: toWireInteger(model.irVersion),
    producerName: model.producerName,
    producerVersion: model.producerVersion,
    opsets: model.opsets.map(({ domain, version }) => ({ domain, version: toWireInteger(version) })),
    metadata: Object.entries(model.metadata).map(([key, value]) => ({ key, value })),
    graph: encodeGraph(model.graph, encodeInitializer),
    functions: [],
  };
  const { buffer, byteOffset, byteLength } = modelType.encode(wire).finish();
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** A tensor message with the bytes in it. */
export function encodeInline(tensor: Tensor, name: string): Partial<WireTensor> {
  return { ...encodeTensorHead(tensor, name), rawData: checkedTensorBytes(tensor) };
}

/** A tensor message without values. */
export function encodeTensorHead(tensor: Tensor, name: string): Partial<WireTensor> {
  return { name, dims: tensor.shape.map(toWireInteger), dataType: dataTypeCodes[tensor.dataType] };
}

function encodeGraph(graph: OnnxGraph, encodeInitializer: TensorEncoder): WireGraph {
  return {
    name: graph.name,
    nodes: graph.nodes.map(encodeNode),
    initializers: graph.initializers.map(({ name, tensor }) => encodeInitializer(tensor, name) as WireTensor),
    inputs: graph.inputs.map(encodeValueInfo),
    outputs: graph.outputs.map(encodeValueInfo),
    valueInfo: graph.valueInfo.map(encodeValueInfo),
    sparseInitializers: [],
  };
}

function encodeNode({ name, opType, domain, inputs, outputs, attributes }: OnnxNode): WireNode {
  return {
    inputs: [...inputs],
    outputs: [...outputs],
    name,
    opType,
    domain,
    attributes: Object.entries(attributes).map(([key, value]) => encodeAttribute(key, value)),
  };
}

function encodeAttribute(name: string, attribute: OnnxAttribute): WireAttribute {
  return { name, ...attributeFields(attribute) } as WireAttribute;
}

function attributeFields(attribute: OnnxAttribute): Partial<WireAttribute> {
  switch (attribute.kind) {
    case 'float':
      return { type: 1, float: attribute.value };
    case 'int':
      return { type: 2, int: toWireInteger(attribute.value) };
    case 'string':
      return { type: 3, string: new TextEncoder().encode(attribute.value) };
    case 'tensor':
      return { type: 4, tensor: encodeInline(attribute.value, '') as WireTensor };
    case 'graph':
      return { type: 5, graph: encodeGraph(attribute.value, encodeInline) };
    case 'floats':
      return { type: 6, floats: [...attribute.value] };
    case 'ints':
      return { type: 7, ints: attribute.value.map(toWireInteger) };
    case 'strings':
      return { type: 8, strings: attribute.value.map((text) => new TextEncoder().encode(text)) };
    case 'tensors':
      return { type: 9, tensors: attribute.value.map((tensor) => encodeInline(tensor, '') as WireTensor) };
    case 'graphs':
      return { type: 10, graphs: attribute.value.map((graph) => encodeGraph(graph, encodeInline)) };
  }
}

function encodeValueInfo({ name, dataType, shape }: OnnxValueInfo): WireValueInfo {
  const dims = shape?.map(encodeDimension);
  return { name, type: { tensor: { elementType: dataTypeCodes[dataType], shape: dims ? { dims } : null } } };
}

function encodeDimension(
  size: OnnxDimension,
): NonNullable<NonNullable<NonNullable<WireValueInfo['type']>['tensor']>['shape']>['dims'][number] {
  if (size === undefined) return {};
  return typeof size === 'number' ? { value: toWireInteger(size) } : { parameter: size };
}
