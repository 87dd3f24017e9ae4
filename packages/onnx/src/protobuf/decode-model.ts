import { assertValidGraph } from '../model/assert-valid-graph.ts';
import type { OnnxModel } from '../model/onnx-model.ts';
import { decodeGraph } from './decode-graph.ts';
import { refuseExternalData, type ExternalTensorLoader } from './decode-tensor.ts';
import { malformed, unsupported } from './problems.ts';
import { modelType } from './schema.ts';
import { toCount, type WireModel } from './wire-types.ts';

/**
 * Reads an ONNX model from the bytes of a file. Tensors share the memory of `bytes` where it is aligned to their element size.
 * @throws {PolyheadError} ONNX_MALFORMED, ONNX_UNSUPPORTED (external data among others: see {@link readModel}), GRAPH_INVALID
 */
export function decodeModel(bytes: Uint8Array): OnnxModel {
  return decodeModelWith(bytes, refuseExternalData);
}

/** As {@link decodeModel}, with a way to bring in external data. */
export function decodeModelWith(bytes: Uint8Array, loadExternal: ExternalTensorLoader): OnnxModel {
  const wire = parse(bytes);
  if (wire.graph === null || wire.opsets.length === 0) {
    throw malformed(`its ${bytes.byteLength} bytes hold no graph`);
  }
  if (wire.functions.length > 0) {
    throw unsupported('functions of its own', 'Inline them when exporting.');
  }
  const model: OnnxModel = {
    irVersion: toCount(wire.irVersion, 'The IR version'),
    opsets: wire.opsets.map(({ domain, version }) => ({
      domain: domain === 'ai.onnx' ? '' : domain,
      version: toCount(version, 'An operator set version'),
    })),
    producerName: wire.producerName,
    producerVersion: wire.producerVersion,
    metadata: Object.fromEntries(wire.metadata.map(({ key, value }) => [key, value])),
    graph: decodeGraph(wire.graph, loadExternal),
  };
  assertValidGraph(model.graph);
  return model;
}

function parse(bytes: Uint8Array): WireModel {
  try {
    // The schema's field names are those of WireModel, and absent fields read as their defaults.
    return modelType.decode(bytes) as unknown as WireModel;
  } catch (error) {
    throw malformed(`its ${bytes.byteLength} bytes are not a protobuf message (${String(error)})`, error);
  }
}
