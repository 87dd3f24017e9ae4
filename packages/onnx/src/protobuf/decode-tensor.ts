import { PolyheadError, type Tensor } from '@polyhead/types';

import { createTensor, tensorBytes, tensorByteLength, type TensorLayout } from '../tensor/create-tensor.ts';
import { countElements } from '../tensor/data-types.ts';
import { describeDataType, findDataType } from './data-type-codes.ts';
import { malformed, unsupported } from './problems.ts';
import { fromWireInteger, toCount, type WireEntry, type WireTensor } from './wire-types.ts';

/** Where a tensor lies outside the model file. */
export interface ExternalTensor extends TensorLayout {
  readonly name: string;
  /** Path relative to the folder of the model file. */
  readonly location: string;
  readonly offset: number;
  /** Byte count. */
  readonly length: number;
}

/** Brings in a tensor that lies outside the model file. */
export type ExternalTensorLoader = (tensor: ExternalTensor) => Tensor;

/** Refuses external data, for models that are decoded from bytes alone. */
export function refuseExternalData(tensor: ExternalTensor): never {
  throw unsupported(
    `its tensor "${tensor.name}" in another file ("${tensor.location}")`,
    'Read the model from its file with readModel(path), which finds the other file.',
  );
}

/** Reads one tensor, whichever of the fields its values are in. */
export function decodeTensor(wire: WireTensor, loadExternal: ExternalTensorLoader): Tensor {
  const dataType = findDataType(wire.dataType);
  if (dataType === undefined) {
    throw unsupported(
      `a tensor "${wire.name}" of the element type ${describeDataType(wire.dataType)}`,
      'Export the model with ordinary float and integer types.',
    );
  }
  const shape = wire.dims.map((size) => toCount(size, `A size of tensor "${wire.name}"`));
  const layout = { dataType, shape };
  if (wire.dataLocation === 1) {
    return loadExternal(readExternalTable(wire.externalData, wire.name, layout));
  }
  const bytes = wire.rawData.byteLength > 0 ? wire.rawData : fieldBytes(wire, layout);
  try {
    return createTensor(layout, bytes);
  } catch (error) {
    throw PolyheadError.isInstance(error) ? malformed(`tensor "${wire.name}": ${error.message}`, error) : error;
  }
}

/** The values of the typed fields as bytes; narrow types are stored widened to int32. */
function fieldBytes(wire: WireTensor, layout: TensorLayout): Uint8Array {
  const values = fieldValues(wire, layout);
  const count = countElements(layout.shape);
  if (values.length !== count) {
    throw malformed(`tensor "${wire.name}" of shape [${layout.shape.join(', ')}] has ${values.length} values`);
  }
  const { data } = createTensor(layout, new Uint8Array(tensorByteLength(layout)));
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
    data.set(values.map(BigInt));
  } else {
    data.set(values.map(Number));
  }
  return tensorBytes({ ...layout, data } as Tensor);
}

function fieldValues(wire: WireTensor, { dataType }: TensorLayout): readonly (number | bigint)[] {
  switch (dataType) {
    case 'float32':
      return wire.floatData;
    case 'float64':
      return wire.doubleData;
    case 'int64':
      return wire.int64Data.map(fromWireInteger);
    case 'uint32':
    case 'uint64':
      return wire.uint64Data.map(fromWireInteger);
    default:
      return wire.int32Data;
  }
}

function readExternalTable(entries: readonly WireEntry[], name: string, layout: TensorLayout): ExternalTensor {
  const table = new Map(entries.map(({ key, value }) => [key, value]));
  const location = table.get('location');
  const offset = Number(table.get('offset') ?? '0');
  const length = Number(table.get('length') ?? tensorByteLength(layout));
  if (location === undefined || !isCount(offset) || length !== tensorByteLength(layout)) {
    throw malformed(
      `the external data of tensor "${name}" is described as ${JSON.stringify(Object.fromEntries(table))}`,
    );
  }
  return { ...layout, name, location, offset, length };
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
