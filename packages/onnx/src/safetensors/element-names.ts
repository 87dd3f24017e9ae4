import type { TensorDataType } from '@polyhead/types';

/** The element types of safetensors files and what they are called there. */
export const safetensorsNames: Readonly<Record<TensorDataType, string>> = {
  float64: 'F64',
  float32: 'F32',
  float16: 'F16',
  bfloat16: 'BF16',
  int64: 'I64',
  int32: 'I32',
  int16: 'I16',
  int8: 'I8',
  uint64: 'U64',
  uint32: 'U32',
  uint16: 'U16',
  uint8: 'U8',
  bool: 'BOOL',
};

const dataTypes: ReadonlyMap<string, TensorDataType> = new Map(
  Object.entries(safetensorsNames).map(([dataType, name]) => [name, dataType as TensorDataType]),
);

/** The element type that a safetensors file calls `name`; undefined for one that is not supported, such as an 8-bit float. */
export function findDataType(name: string): TensorDataType | undefined {
  return dataTypes.get(name);
}
