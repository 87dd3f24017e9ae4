import type { TensorDataType } from '@polyhead/types';

/** The numbers that ONNX gives to element types. */
export const dataTypeCodes: Readonly<Record<TensorDataType, number>> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
  uint32: 12,
  uint64: 13,
  bfloat16: 16,
};

const dataTypes: ReadonlyMap<number, TensorDataType> = new Map(
  Object.entries(dataTypeCodes).map(([dataType, code]) => [code, dataType as TensorDataType]),
);

/** Names of the element types that exist in ONNX but not here, for messages. */
const otherNames: Readonly<Record<number, string>> = { 0: 'undefined', 8: 'string', 14: 'complex64', 15: 'complex128' };

/** The element type with this number; undefined for one that is not supported. */
export function findDataType(code: number): TensorDataType | undefined {
  return dataTypes.get(code);
}

/** What to call an element type that is not supported. */
export function describeDataType(code: number): string {
  return otherNames[code] ?? `number ${code} of the ONNX specification`;
}
