import { PolyheadError, type Tensor } from '@polyhead/types';
// The rule that only the runtime package imports onnxruntime-node is about what ships. Tests here run graphs too, and this
// package may not depend on one of higher rank.
import { InferenceSession, Tensor as RuntimeTensor } from 'onnxruntime-node';

import type { OnnxModel } from '../model/onnx-model.ts';
import { encodeModel } from '../protobuf/encode-model.ts';
import { createTensor } from '../tensor/create-tensor.ts';

/** Runs a model once in ONNX Runtime. Integer feeds become int64, as encoder graphs take them. */
export async function runModel(
  model: OnnxModel | Uint8Array,
  feeds: Readonly<Record<string, Tensor>>,
): Promise<Record<string, Tensor>> {
  const bytes = model instanceof Uint8Array ? model : encodeModel(model);
  const session = await InferenceSession.create(bytes, { intraOpNumThreads: 1, logSeverityLevel: 3 });
  try {
    const inputs = Object.fromEntries(session.inputNames.map((name) => [name, toRuntimeTensor(feeds[name], name)]));
    const outputs = await session.run(inputs);
    return Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, fromRuntimeTensor(value)]));
  } finally {
    await session.release();
  }
}

function toRuntimeTensor(tensor: Tensor | undefined, name: string): RuntimeTensor {
  switch (tensor?.dataType) {
    case 'int32':
      return new RuntimeTensor('int64', BigInt64Array.from(tensor.data, BigInt), tensor.shape);
    case 'int64':
      return new RuntimeTensor('int64', tensor.data, tensor.shape);
    case 'float32':
      return new RuntimeTensor('float32', tensor.data, tensor.shape);
    default:
      throw new PolyheadError('INTERNAL', { message: `no usable feed for "${name}"` });
  }
}

function fromRuntimeTensor(value: RuntimeTensor): Tensor {
  if (!(value.data instanceof Float32Array) && !(value.data instanceof BigInt64Array)) {
    throw new PolyheadError('INTERNAL', { message: `an output of type ${value.type}` });
  }
  const { buffer, byteOffset, byteLength } = value.data;
  const dataType = value.data instanceof Float32Array ? 'float32' : 'int64';
  return createTensor({ dataType, shape: value.dims }, new Uint8Array(buffer, byteOffset, byteLength));
}
