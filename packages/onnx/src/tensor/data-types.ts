import type { TensorDataOf, TensorDataType } from '@polyhead/types';

/** How a typed array over existing memory is made, for one element type. */
interface ElementType<Type extends TensorDataType> {
  /** Bytes of one element. */
  readonly bytes: number;
  readonly view: (buffer: ArrayBuffer, byteOffset: number, length: number) => TensorDataOf[Type];
}

/** Size and typed array of every element type. */
export const elementTypes: { readonly [Type in TensorDataType]: ElementType<Type> } = {
  float32: { bytes: 4, view: (buffer, byteOffset, length) => new Float32Array(buffer, byteOffset, length) },
  float64: { bytes: 8, view: (buffer, byteOffset, length) => new Float64Array(buffer, byteOffset, length) },
  float16: { bytes: 2, view: (buffer, byteOffset, length) => new Uint16Array(buffer, byteOffset, length) },
  bfloat16: { bytes: 2, view: (buffer, byteOffset, length) => new Uint16Array(buffer, byteOffset, length) },
  int8: { bytes: 1, view: (buffer, byteOffset, length) => new Int8Array(buffer, byteOffset, length) },
  uint8: { bytes: 1, view: (buffer, byteOffset, length) => new Uint8Array(buffer, byteOffset, length) },
  int16: { bytes: 2, view: (buffer, byteOffset, length) => new Int16Array(buffer, byteOffset, length) },
  uint16: { bytes: 2, view: (buffer, byteOffset, length) => new Uint16Array(buffer, byteOffset, length) },
  int32: { bytes: 4, view: (buffer, byteOffset, length) => new Int32Array(buffer, byteOffset, length) },
  uint32: { bytes: 4, view: (buffer, byteOffset, length) => new Uint32Array(buffer, byteOffset, length) },
  int64: { bytes: 8, view: (buffer, byteOffset, length) => new BigInt64Array(buffer, byteOffset, length) },
  uint64: { bytes: 8, view: (buffer, byteOffset, length) => new BigUint64Array(buffer, byteOffset, length) },
  bool: { bytes: 1, view: (buffer, byteOffset, length) => new Uint8Array(buffer, byteOffset, length) },
};

/** The product of the sizes; 1 for a scalar. */
export function countElements(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
