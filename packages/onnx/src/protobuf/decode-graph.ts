import type { OnnxAttribute, OnnxDimension, OnnxGraph, OnnxNode, OnnxValueInfo } from '../model/onnx-model.ts';
import { findDataType } from './data-type-codes.ts';
import { decodeTensor, type ExternalTensorLoader } from './decode-tensor.ts';
import { malformed, unsupported } from './problems.ts';
import {
  fromWireInteger,
  toCount,
  type WireAttribute,
  type WireDimension,
  type WireGraph,
  type WireNode,
  type WireValueInfo,
} from './wire-types.ts';

/** The numbers that ONNX gives to kinds of attributes, and how each is read. */
const attributeReaders: Readonly<
  Record<number, (wire: WireAttribute, load: ExternalTensorLoader) => OnnxAttribute | null>
> = {
  1: ({ float }) => ({ kind: 'float', value: float }),
  2: ({ int }) => ({ kind: 'int', value: fromWireInteger(int) }),
  3: ({ string, name }) => ({ kind: 'string', value: decodeText(string, name) }),
  4: ({ tensor }, load) => tensor && { kind: 'tensor', value: decodeTensor(tensor, load) },
  5: ({ graph }, load) => graph && { kind: 'graph', value: decodeGraph(graph, load) },
  6: ({ floats }) => ({ kind: 'floats', value: floats }),
  7: ({ ints }) => ({ kind: 'ints', value: ints.map(fromWireInteger) }),
  8: ({ strings, name }) => ({ kind: 'strings', value: strings.map((text) => decodeText(text, name)) }),
  9: ({ tensors }, load) => ({ kind: 'tensors', value: tensors.map((tensor) => decodeTensor(tensor, load)) }),
  10: ({ graphs }, load) => ({ kind: 'graphs', value: graphs.map((graph) => decodeGraph(graph, load)) }),
};

/** Reads a graph and its subgraphs. */
export function decodeGraph(wire: WireGraph, loadExternal: ExternalTensorLoader): OnnxGraph {
  if (wire.sparseInitializers.length > 0) {
    throw unsupported('sparse initializers', 'Export the model with dense weights.');
  }
  return {
    name: wire.name,
    nodes: wire.nodes.map((node) => decodeNode(node, loadExternal)),
    inputs: wire.inputs.map(decodeValueInfo),
    outputs: wire.outputs.map(decodeValueInfo),
    initializers: wire.initializers.map((tensor) => ({
      name: tensor.name,
      tensor: decodeTensor(tensor, loadExternal),
    })),
    valueInfo: wire.valueInfo.filter(isTensorInfo).map(decodeValueInfo),
  };
}

function decodeNode(wire: WireNode, loadExternal: ExternalTensorLoader): OnnxNode {
  const { name, opType, domain, inputs, outputs } = wire;
  const attributes: Record<string, OnnxAttribute> = {};
  for (const attribute of wire.attributes) {
    attributes[attribute.name] = decodeAttribute(attribute, opType, loadExternal);
  }
  return { name, opType, domain: domain === 'ai.onnx' ? '' : domain, inputs, outputs, attributes };
}

function decodeAttribute(wire: WireAttribute, opType: string, loadExternal: ExternalTensorLoader): OnnxAttribute {
  const reader = attributeReaders[wire.type];
  if (reader === undefined) {
    const what = `an attribute "${wire.name}" of ${opType} of kind ${wire.type}`;
    throw unsupported(what, 'Export the model with standard operators.');
  }
  const attribute = reader(wire, loadExternal);
  if (attribute === null) {
    throw malformed(`attribute "${wire.name}" of ${opType} has no value`);
  }
  return attribute;
}

function decodeText(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw unsupported(`binary data in the text attribute "${name}"`, 'Export the model with standard operators.');
  }
}

/** False for the rare values that are no tensors or whose element type is not supported; nothing depends on their description. */
function isTensorInfo(wire: WireValueInfo): boolean {
  const tensor = wire.type?.tensor ?? null;
  return tensor !== null && findDataType(tensor.elementType) !== undefined;
}

function decodeValueInfo(wire: WireValueInfo): OnnxValueInfo {
  const tensor = wire.type?.tensor ?? null;
  const dataType = tensor === null ? undefined : findDataType(tensor.elementType);
  if (tensor === null || dataType === undefined) {
    throw unsupported(
      `an input or output "${wire.name}" that is not a tensor of numbers`,
      'Export the model so that its inputs and outputs are float or integer tensors.',
    );
  }
  return { name: wire.name, dataType, shape: tensor.shape?.dims.map(decodeDimension) };
}

function decodeDimension(wire: Partial<WireDimension>): OnnxDimension {
  // Fields that are not in the message are inherited defaults; only own ones were written.
  if (Object.hasOwn(wire, 'value') && wire.value !== undefined) return toCount(wire.value, 'A dimension');
  return Object.hasOwn(wire, 'parameter') && wire.parameter !== '' ? wire.parameter : undefined;
}
