import { writePiecesAtomic } from '@polyhead/files';

import { checkedTensorBytes, planSafetensors, type NamedTensors } from './encode.ts';

/**
 * Writes a safetensors file of any size, tensor by tensor, so that it is never in memory twice and other work goes on in
 * between; an existing file is replaced only when the new one is complete. Tensors must not change meanwhile.
 * @throws {PolyheadError} FILE_NOT_WRITABLE, DISK_FULL, INVALID_ARGUMENT, SHAPE_MISMATCH
 */
export async function writeSafetensors(
  path: string,
  tensors: NamedTensors,
  metadata?: Readonly<Record<string, string>>,
): Promise<void> {
  const plan = planSafetensors(tensors, metadata);
  await writePiecesAtomic(path, partsOf(plan.head, plan.tensors));
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
