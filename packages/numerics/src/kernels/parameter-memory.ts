import { PolyheadError } from '@polyhead/types';
import { parametersModule } from './parameters-module.ts';
import { createInstantiator, growToBytes, type ModuleMemory } from './web-assembly.ts';

/** The functions of parameters.wat. Addresses are in bytes. */
export interface ParameterFunctions {
  readonly add: (target: number, end: number, source: number) => void;
  readonly squares: (source: number, end: number) => number;
  readonly adamW: (
    parameters: number,
    end: number,
    gradients: number,
    firstMoments: number,
    secondMoments: number,
    scale: number,
    rest1: number,
    beta2: number,
    rest2: number,
    decay: number,
    step: number,
    epsilon: number,
    smallest: number,
  ) => void;
  readonly sgd: (
    parameters: number,
    end: number,
    gradients: number,
    velocities: number,
    scale: number,
    decay: number,
    momentum: number,
    rate: number,
    nesterov: number,
  ) => void;
}

/** Room for one chunk of an array. */
export interface ChunkRoom {
  /** Copies `array[from, to)` in, with zeros behind it up to a multiple of 4. @returns its address */
  load(array: Float32Array, from: number, to: number): number;
  /** Copies what was loaded last back to where it came from. */
  save(array: Float32Array, from: number, to: number): void;
  /** Fills with 0 what `load` would fill with numbers. @returns its address */
  clear(array: Float32Array, from: number, to: number): number;
}

/** The functions with room for chunks of several arrays. */
export interface ParameterMemory {
  readonly functions: ParameterFunctions;
  readonly rooms: readonly [ChunkRoom, ChunkRoom, ChunkRoom, ChunkRoom];
}

/** Elements of a chunk: four arrays of this size stay in the second-level cache. */
export const chunkLength = 8192;

const bytesPerNumber = 4;
const roomBytes = chunkLength * bytesPerNumber + 64;
const instantiate = createInstantiator(parametersModule);

/** A private WebAssembly memory that arrays of any size and any buffer go through, chunk by chunk. */
export function createParameterMemory(): ParameterMemory {
  const { memory, ...functions } = instantiate() as ParameterFunctions & { readonly memory: ModuleMemory };
  growToBytes(memory, 4 * roomBytes);
  const room = (index: number): ChunkRoom => createRoom(memory.buffer, index * roomBytes);
  return { functions, rooms: [room(0), room(1), room(2), room(3)] };
}

/**
 * A chunk lies at the same offset within 8 bytes as its array: copies to and from a SharedArrayBuffer are ten times as
 * fast then (V8 copies them word by word where both sides are aligned alike, and byte by byte elsewhere).
 */
function createRoom(buffer: ArrayBuffer, start: number): ChunkRoom {
  const even = new Float32Array(buffer, start, chunkLength + 4);
  const odd = new Float32Array(buffer, start + bytesPerNumber, chunkLength + 4);
  const viewFor = (array: Float32Array, from: number): Float32Array =>
    ((array.byteOffset / bytesPerNumber + from) & 1) === 0 ? even : odd;
  return {
    load(array, from, to) {
      const view = viewFor(array, from);
      view.set(array.subarray(from, to));
      const length = to - from;
      if ((length & 3) !== 0) view.fill(0, length, length + 3);
      return view.byteOffset;
    },
    save(array, from, to) {
      array.set(viewFor(array, from).subarray(0, to - from), from);
    },
    clear(array, from, to) {
      const view = viewFor(array, from);
      view.fill(0, 0, to - from + 3);
      return view.byteOffset;
    },
  };
}

/** Calls `work` for every chunk of `[0, length)`. */
export function forEachChunk(length: number, work: (from: number, to: number) => void): void {
  for (let from = 0; from < length; from += chunkLength) work(from, Math.min(length, from + chunkLength));
}

/** @throws {PolyheadError} SHAPE_MISMATCH */
export function assertSameLength(parameters: Float32Array, others: Readonly<Record<string, Float32Array>>): void {
  for (const [name, { length }] of Object.entries(others)) {
    if (length === parameters.length) continue;
    throw new PolyheadError('SHAPE_MISMATCH', {
      message: `The array "${name}" has ${length} elements, the one it goes with ${parameters.length}.`,
      remedy: 'Pass arrays of one length.',
      details: { name },
    });
  }
}
