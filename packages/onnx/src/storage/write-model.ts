import { basename, dirname, join } from 'node:path';

import { writeFileAtomic, writePiecesAtomic } from '@polyhead/files';

import type { OnnxInitializer, OnnxModel } from '../model/onnx-model.ts';
import {
  countInitializerBytes,
  encodeInline,
  encodeModel,
  encodeModelWith,
  encodeTensorHead,
  largestInlineBytes,
} from '../protobuf/encode-model.ts';
import { checkedTensorBytes } from '../safetensors/encode.ts';
import { tensorByteLength } from '../tensor/create-tensor.ts';

/** How a model is written. */
export interface WriteModelOptions {
  /** Whether weights go to a second file `NAME.onnx.data`; `auto` does so only where one file cannot hold them (2 GiB). @default 'auto' */
  readonly externalData?: 'auto' | 'never' | 'always';
}

/** Smaller tensors stay in the model file. */
const smallestExternal = 1024;
/** Memory mapping needs offsets at page boundaries. */
const alignment = 4096;

/**
 * Writes an ONNX file, of any size. Do not write over the files that a model with external data was read from.
 * @throws {PolyheadError} FILE_NOT_WRITABLE, DISK_FULL, ONNX_UNSUPPORTED, SHAPE_MISMATCH
 */
export async function writeModel(model: OnnxModel, path: string, options: WriteModelOptions = {}): Promise<void> {
  const { externalData = 'auto' } = options;
  if (externalData === 'always' || (externalData === 'auto' && countInitializerBytes(model) > largestInlineBytes)) {
    await writeWithExternalData(model, path);
  } else {
    await writeFileAtomic(path, encodeModel(model));
  }
}

async function writeWithExternalData(model: OnnxModel, path: string): Promise<void> {
  const location = `${basename(path)}.data`;
  const offsets = placeTensors(model.graph.initializers);
  await writePiecesAtomic(join(dirname(path), location), partsOf(model.graph.initializers, offsets));
  const bytes = encodeModelWith(model, (tensor, name) => {
    const offset = offsets.get(name);
    if (offset === undefined) return encodeInline(tensor, name);
    const table = { location, offset: String(offset), length: String(tensorByteLength(tensor)) };
    const externalEntries = Object.entries(table).map(([key, value]) => ({ key, value }));
    return { ...encodeTensorHead(tensor, name), dataLocation: 1, externalData: externalEntries };
  });
  await writeFileAtomic(path, bytes);
}

function placeTensors(initializers: readonly OnnxInitializer[]): Map<string, number> {
  const offsets = new Map<string, number>();
  let position = 0;
  for (const { name, tensor } of initializers) {
    const length = tensorByteLength(tensor);
    if (length < smallestExternal) continue;
    offsets.set(name, position);
    position = Math.ceil((position + length) / alignment) * alignment;
  }
  return offsets;
}

function* partsOf(
  initializers: readonly OnnxInitializer[],
  offsets: ReadonlyMap<string, number>,
): Generator<Uint8Array> {
  let position = 0;
  for (const { name, tensor } of initializers) {
    const offset = offsets.get(name);
    if (offset === undefined) continue;
    if (offset > position) yield new Uint8Array(offset - position);
    yield checkedTensorBytes(tensor);
    position = offset + tensorByteLength(tensor);
  }
}
