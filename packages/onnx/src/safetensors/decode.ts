import type { Tensor } from '@polyhead/types';

import { createTensor } from '../tensor/create-tensor.ts';
import { parseHeader, parseHeaderLength, prefixLength } from './header.ts';

/** A safetensors file: named tensors and a table of strings. */
export interface SafetensorsFile {
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: ReadonlyMap<string, Tensor>;
}

/**
 * Reads safetensors bytes. Tensors share the memory of `bytes` where it is aligned to their element size.
 * @param file for messages: where the bytes come from
 * @throws {PolyheadError} SAFETENSORS_MALFORMED
 */
export function decodeSafetensors(bytes: Uint8Array, file = '(bytes)'): SafetensorsFile {
  const source = { file, fileLength: bytes.byteLength };
  const headerLength = parseHeaderLength(bytes.subarray(0, prefixLength), source);
  const dataStart = prefixLength + headerLength;
  const header = parseHeader(bytes.subarray(prefixLength, dataStart), source);
  const data = bytes.subarray(dataStart);
  const tensors = new Map<string, Tensor>();
  for (const entry of header.entries) {
    tensors.set(entry.name, createTensor(entry, data.subarray(entry.start, entry.end)));
  }
  return { metadata: header.metadata, tensors };
}
