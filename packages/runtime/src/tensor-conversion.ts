import { PolyheadError, type Tensor, type TensorDataOf, type TensorDataType } from '@polyhead/types';
import type { Tensor as OrtTensor } from 'onnxruntime-node';
import { loadOnnxRuntime } from './onnx-runtime.ts';

/** The typed array that holds a tensor. */
export type TensorArray = TensorDataOf[TensorDataType];

const arrayTypes: Readonly<Record<TensorDataType, new (length: number) => TensorArray>> = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Uint16Array,
  bfloat16: Uint16Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  bool: Uint8Array,
};

/** True if the text names an element type that Polyhead knows. */
export function isTensorDataType(name: string): name is TensorDataType {
  return Object.hasOwn(arrayTypes, name);
}

/** Number of elements of a shape. */
function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/**
 * A tensor over an array of the right type, not copied.
 * @throws {PolyheadError} SHAPE_MISMATCH, INVALID_ARGUMENT
 */
export function createTensor(dataType: TensorDataType, shape: readonly number[], data: TensorArray): Tensor {
  if (!(data instanceof arrayTypes[dataType])) {
    throw new PolyheadError('INVALID_ARGUMENT', {
      message: `A ${dataType} tensor cannot be held by a ${data.constructor.name}.`,
      remedy: `Give it a ${arrayTypes[dataType].name}.`,
    });
  }
  if (data.length !== elementCount(shape)) {
    throw new PolyheadError('SHAPE_MISMATCH', {
      message: `A tensor of shape [${shape.join(', ')}] has ${elementCount(shape)} elements, but its array has ${data.length}.`,
      details: { shape, length: data.length },
    });
  }
  // The array type was checked against the data type above.
  return { dataType, shape, data } as Tensor;
}

/**
 * Wraps a tensor for ONNX Runtime; both share their memory.
 * @throws {PolyheadError} INVALID_ARGUMENT for bfloat16, which onnxruntime-node cannot take
 */
export function toOrtTensor(name: string, tensor: Tensor): OrtTensor {
  if (tensor.dataType === 'bfloat16') {
    throw new PolyheadError('INVALID_ARGUMENT', {
      message: `"${name}" is a bfloat16 tensor, which onnxruntime-node does not take.`,
      remedy: 'Convert it to float32 first.',
      details: { name },
    });
  }
  const ort = loadOnnxRuntime();
  // A Uint16Array holds the raw bits of a float16 tensor, which ONNX Runtime accepts though its types do not say so.
  return new ort.Tensor(tensor.dataType as 'uint16', tensor.data as Uint16Array, tensor.shape);
}

/**
 * Wraps a tensor of ONNX Runtime; both share their memory.
 * @throws {PolyheadError} SESSION_FAILED for strings and 4-bit integers
 */
export function fromOrtTensor(name: string, tensor: OrtTensor): Tensor {
  if (!isTensorDataType(tensor.type)) {
    throw new PolyheadError('SESSION_FAILED', {
      message: `Output "${name}" has the element type ${tensor.type}, which is not supported.`,
      details: { name, dataType: tensor.type },
    });
  }
  const data = tensor.data as TensorArray;
  // Where JavaScript has a Float16Array, ONNX Runtime uses it: look at its bits instead.
  const bits = tensor.type === 'float16' ? new Uint16Array(data.buffer, data.byteOffset, data.length) : data;
  return createTensor(tensor.type, tensor.dims, bits);
}
