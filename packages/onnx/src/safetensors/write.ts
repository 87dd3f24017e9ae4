import { writeFileAtomic } from '@polyhead/files';

import { writeParts } from '../write-parts.ts';
import { checkedTensorBytes, encodeSafetensors, planSafetensors, type NamedTensors } from './encode.ts';

const largestSingleWrite = 2 ** 30;

/**
 * Writes a safetensors file of any size; an existing one is replaced only when the new one is complete.
 * @throws {PolyheadError} FILE_NOT_WRITABLE, DISK_FULL, INVALID_ARGUMENT, SHAPE_MISMATCH
 */
export async function writeSafetensors(
  path: string,
  tensors: NamedTensors,
  metadata?: Readonly<Record<string, string>>,
): Promise<void> {
  const plan = planSafetensors(tensors, metadata);
  if (plan.length <= largestSingleWrite) {
    await writeFileAtomic(path, encodeSafetensors(tensors, metadata));
    return;
  }
  await writeParts(path, partsOf(plan.head, plan.tensors));
}

function* partsOf(
  head: Uint8Array,
  tensors: Iterable<Parameters<typeof checkedTensorBytes>[0]>,
): Generator<Uint8Array> {
  yield head;
  for (const tensor of tensors) {
    yield checkedTensorBytes(tensor);
  }
}
