import type { FileHandle } from 'node:fs/promises';

import type { Tensor } from '@polyhead/types';

import { readFileRange, readFileRangeSync, withOpenFile } from '../file-range.ts';
import { createLazyTensor } from '../tensor/create-tensor.ts';
import { decodeSafetensors, type SafetensorsFile } from './decode.ts';
import { parseHeader, parseHeaderLength, prefixLength } from './header.ts';

/** How a safetensors file is read. */
export interface ReadSafetensorsOptions {
  /** Files of more bytes are not loaded: each tensor is read from disk when its `data` is used. @default 512 MiB */
  readonly lazyAbove?: number;
}

/**
 * Reads a safetensors file of any size. Small files are loaded at once; in larger ones a tensor is read when its `data` is used.
 * @throws {PolyheadError} FILE_NOT_FOUND, FILE_UNREADABLE, SAFETENSORS_MALFORMED
 */
export async function readSafetensors(path: string, options: ReadSafetensorsOptions = {}): Promise<SafetensorsFile> {
  return withOpenFile(path, async (handle) => {
    const { size } = await handle.stat();
    if (size <= (options.lazyAbove ?? 512 * 2 ** 20)) {
      return decodeSafetensors(await readFileRange(handle, { path, offset: 0, length: size }), path);
    }
    return readLazily(handle, path, size);
  });
}

async function readLazily(handle: FileHandle, path: string, fileLength: number): Promise<SafetensorsFile> {
  const source = { file: path, fileLength };
  const prefix = await readFileRange(handle, { path, offset: 0, length: Math.min(prefixLength, fileLength) });
  const headerLength = parseHeaderLength(prefix, source);
  const headerBytes = await readFileRange(handle, { path, offset: prefixLength, length: headerLength });
  const header = parseHeader(headerBytes, source);
  const dataStart = prefixLength + headerLength;
  const tensors = new Map<string, Tensor>();
  for (const entry of header.entries) {
    const range = { path, offset: dataStart + entry.start, length: entry.end - entry.start };
    tensors.set(
      entry.name,
      createLazyTensor(entry, () => readFileRangeSync(range)),
    );
  }
  return { metadata: header.metadata, tensors };
}
