import { registerParameterMemory, zerosBytes } from './parameter-memory.ts';
import { createSharedModuleMemory, largestMemory, type SharedModuleMemory } from './web-assembly.ts';

/** What another thread needs to see the same arrays; it can be sent by `postMessage` or as `workerData`. */
export interface SharedArraysHandle {
  readonly lengths: readonly number[];
  /** A WebAssembly memory with all arrays, or one buffer for each when they are too large for that. */
  readonly storage: SharedModuleMemory | readonly SharedArrayBuffer[];
}

/** Arrays that threads share. */
export interface SharedArrays {
  readonly arrays: readonly Float32Array[];
  readonly handle: SharedArraysHandle;
}

const bytesPerNumber = 4;
/** Every array begins at a multiple of it: the length of a cache line. */
const alignment = 64;

function toAlignedBytes(length: number): number {
  return Math.ceil((length * bytesPerNumber) / alignment) * alignment;
}

/**
 * Float32 arrays, all 0, that threads share. {@link createParameterKernels} works on them in place as long as they have less
 * than 4 GB together: they lie in one WebAssembly memory then.
 * @param lengths one for each array
 */
export function createSharedArrays(lengths: readonly number[]): SharedArrays {
  const bytes = lengths.reduce((sum, length) => sum + toAlignedBytes(length), zerosBytes);
  const storage =
    bytes <= largestMemory
      ? createSharedModuleMemory(bytes)
      : lengths.map((length) => new SharedArrayBuffer(length * bytesPerNumber));
  const handle: SharedArraysHandle = { lengths, storage };
  return { arrays: attachSharedArrays(handle), handle };
}

/** The arrays that another thread made by {@link createSharedArrays}. Call it once in a thread. */
export function attachSharedArrays({ lengths, storage }: SharedArraysHandle): Float32Array[] {
  if (!('buffer' in storage)) return storage.map((buffer) => new Float32Array(buffer));
  registerParameterMemory(storage);
  let end = zerosBytes;
  return lengths.map((length) => {
    const at = end;
    end += toAlignedBytes(length);
    return new Float32Array(storage.buffer, at, length);
  });
}
