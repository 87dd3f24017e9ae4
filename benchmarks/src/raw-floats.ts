import { readBytes, writeFileAtomic } from '@polyhead/files';

/** Writes numbers as they lie in memory, for programs that take them from there (little-endian on all supported machines). */
export async function writeRaw(path: string, values: Float32Array | Int32Array | Uint8Array): Promise<void> {
  await writeFileAtomic(path, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
}

export async function readRawFloats(path: string): Promise<Float32Array> {
  const bytes = await readBytes(path);
  return new Float32Array(bytes.slice().buffer);
}
