/** The element types that Polyhead reads, writes and computes with. */
export type TensorDataType =
  | 'float32'
  | 'float64'
  | 'float16'
  | 'bfloat16'
  | 'int8'
  | 'uint8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'bool';

/** The typed array that holds a tensor: 16-bit floats as raw bits in a Uint16Array, booleans as a Uint8Array of 0 and 1. */
export interface TensorDataOf {
  readonly float32: Float32Array;
  readonly float64: Float64Array;
  readonly float16: Uint16Array;
  readonly bfloat16: Uint16Array;
  readonly int8: Int8Array;
  readonly uint8: Uint8Array;
  readonly int16: Int16Array;
  readonly uint16: Uint16Array;
  readonly int32: Int32Array;
  readonly uint32: Uint32Array;
  readonly int64: BigInt64Array;
  readonly uint64: BigUint64Array;
  readonly bool: Uint8Array;
}

/** A dense row-major tensor of one element type. */
export interface TypedTensor<Type extends TensorDataType> {
  readonly dataType: Type;
  /** Sizes of the dimensions; empty for a scalar. */
  readonly shape: readonly number[];
  /** As many elements as the product of `shape`. */
  readonly data: TensorDataOf[Type];
}

/** A dense row-major tensor; narrow it by `dataType`. */
export type Tensor = { [Type in TensorDataType]: TypedTensor<Type> }[TensorDataType];

/** A row-major float32 matrix: element (r, c) is `data[r * columns + c]`. */
export interface Matrix {
  /** `[rows, columns]`, row-major. */
  readonly data: Float32Array;
  readonly rows: number;
  readonly columns: number;
}
