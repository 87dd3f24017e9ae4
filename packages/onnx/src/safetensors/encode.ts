import { PolyheadError, type Tensor } from '@polyhead/types';

import { elementTypes } from '../tensor/data-types.ts';
import { tensorByteLength, tensorBytes } from '../tensor/create-tensor.ts';
import { safetensorsNames } from './element-names.ts';
import { prefixLength } from './header.ts';

/** Named tensors, in any form that lists names with tensors. */
export type NamedTensors = ReadonlyMap<string, Tensor> | Readonly<Record<string, Tensor>>;

/** What is written: the prefix with the header, then the tensors in this order. */
export interface SafetensorsPlan {
  readonly head: Uint8Array;
  readonly tensors: readonly Tensor[];
  /** Length of the whole file in bytes. */
  readonly length: number;
}

/**
 * Lays a file out as the reference library does: larger elements first, then by name, so that every tensor is aligned.
 * @throws {PolyheadError} INVALID_ARGUMENT for the reserved name `__metadata__`, SHAPE_MISMATCH
 */
export function planSafetensors(tensors: NamedTensors, metadata?: Readonly<Record<string, string>>): SafetensorsPlan {
  const named = (isMap(tensors) ? [...tensors] : Object.entries(tensors)).sort(compareEntries);
  const header: [string, unknown][] = metadata === undefined ? [] : [['__metadata__', metadata]];
  let position = 0;
  for (const [name, tensor] of named) {
    if (name === '__metadata__') {
      throw new PolyheadError('INVALID_ARGUMENT', {
        message: 'A safetensors file cannot hold a tensor named "__metadata__".',
        remedy: 'Give the tensor another name.',
      });
    }
    const end = position + tensorByteLength(tensor);
    const entry = { dtype: safetensorsNames[tensor.dataType], shape: tensor.shape, data_offsets: [position, end] };
    header.push([name, entry]);
    position = end;
  }
  // Unlike an assignment, this keeps the name "__proto__".
  const head = encodeHead(JSON.stringify(Object.fromEntries(header)));
  return { head, tensors: named.map(([, tensor]) => tensor), length: head.byteLength + position };
}

/**
 * The bytes of a safetensors file.
 * @throws {PolyheadError} INVALID_ARGUMENT, SHAPE_MISMATCH
 */
export function encodeSafetensors(tensors: NamedTensors, metadata?: Readonly<Record<string, string>>): Uint8Array {
  const plan = planSafetensors(tensors, metadata);
  const bytes = new Uint8Array(plan.length);
  bytes.set(plan.head);
  let position = plan.head.byteLength;
  for (const tensor of plan.tensors) {
    const part = checkedTensorBytes(tensor);
    bytes.set(part, position);
    position += part.byteLength;
  }
  return bytes;
}

/**
 * The bytes of a tensor, after checking that it has as many elements as its shape says.
 * @throws {PolyheadError} SHAPE_MISMATCH
 */
export function checkedTensorBytes(tensor: Tensor): Uint8Array {
  const bytes = tensorBytes(tensor);
  if (bytes.byteLength !== tensorByteLength(tensor)) {
    throw new PolyheadError('SHAPE_MISMATCH', {
      message: `A ${tensor.dataType} tensor of shape [${tensor.shape.join(', ')}] holds ${bytes.byteLength} bytes instead of ${tensorByteLength(tensor)}.`,
      remedy: 'Make its data as long as the product of its shape.',
    });
  }
  return bytes;
}

function isMap(tensors: NamedTensors): tensors is ReadonlyMap<string, Tensor> {
  return tensors instanceof Map;
}

function compareEntries([leftName, left]: [string, Tensor], [rightName, right]: [string, Tensor]): number {
  const bySize = elementTypes[right.dataType].bytes - elementTypes[left.dataType].bytes;
  return bySize !== 0 ? bySize : leftName < rightName ? -1 : 1;
}

/** The length prefix and the header, padded with spaces so that the data starts at a multiple of eight. */
function encodeHead(json: string): Uint8Array {
  const text = new TextEncoder().encode(json);
  const length = Math.ceil(text.byteLength / 8) * 8;
  const head = new Uint8Array(prefixLength + length).fill(0x20);
  new DataView(head.buffer).setBigUint64(0, BigInt(length), true);
  head.set(text, prefixLength);
  return head;
}
