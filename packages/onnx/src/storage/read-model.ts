import { stat } from 'node:fs/promises';
import { dirname, isAbsolute, relative, resolve } from 'node:path';

import { readBytes, toFileError } from '@polyhead/files';

import { readFileRangeSync } from '../file-range.ts';
import type { OnnxModel } from '../model/onnx-model.ts';
import { decodeModelWith } from '../protobuf/decode-model.ts';
import type { ExternalTensor } from '../protobuf/decode-tensor.ts';
import { malformed, unsupported } from '../protobuf/problems.ts';
import { createLazyTensor } from '../tensor/create-tensor.ts';

/**
 * Reads an ONNX file. Weights that lie in other files of its folder are read when their `data` is used.
 * @throws {PolyheadError} FILE_NOT_FOUND, FILE_UNREADABLE, ONNX_MALFORMED, ONNX_UNSUPPORTED, GRAPH_INVALID
 */
export async function readModel(path: string): Promise<OnnxModel> {
  await assertReadableSize(path);
  const bytes = await readBytes(path);
  const external = new Map<string, number>();
  const model = decodeModelWith(bytes, (tensor) => {
    const file = resolveExternal(path, tensor);
    external.set(file, Math.max(external.get(file) ?? 0, tensor.offset + tensor.length));
    return createLazyTensor(tensor, () =>
      readFileRangeSync({ path: file, offset: tensor.offset, length: tensor.length }),
    );
  });
  for (const [file, length] of external) {
    await assertLength(file, length);
  }
  return model;
}

async function fileLength(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    throw toFileError(error, path, 'read');
  }
}

async function assertReadableSize(path: string): Promise<void> {
  if ((await fileLength(path)) >= 2 ** 31) {
    throw unsupported(
      `more than 2 GiB in one file ("${path}")`,
      'Save it with its weights in a second file (external data).',
    );
  }
}

async function assertLength(file: string, needed: number): Promise<void> {
  const length = await fileLength(file);
  if (length < needed) {
    throw malformed(`its external data "${file}" should have ${needed} bytes and has ${length}`);
  }
}

/** A model may only name files in its own folder: one from a stranger must not read others. */
function resolveExternal(modelPath: string, tensor: ExternalTensor): string {
  const folder = dirname(resolve(modelPath));
  const file = resolve(folder, tensor.location);
  const inside = relative(folder, file);
  if (isAbsolute(tensor.location) || isAbsolute(inside) || inside === '' || inside.split(/[\\/]/)[0] === '..') {
    throw malformed(`tensor "${tensor.name}" points to "${tensor.location}", outside the folder of the model`);
  }
  return file;
}
