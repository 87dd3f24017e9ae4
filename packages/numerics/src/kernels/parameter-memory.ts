import { parametersModule } from './parameters-module.ts';
import { createInstantiator, createSharedModuleMemory, type SharedModuleMemory } from './web-assembly.ts';

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
    scale: number,
    decay: number,
    rate: number,
  ) => void;
  readonly sgdWithMomentum: (
    parameters: number,
    end: number,
    gradients: number,
    velocities: number,
    scale: number,
    decay: number,
    rate: number,
    momentum: number,
    nesterov: number,
  ) => void;
}

/** Elements of a chunk: four arrays of this size stay in the second-level cache. */
export const chunkLength = 8192;

/** Where a chunk of zeros is, in every memory. Nothing may be written there. */
export const zerosAddress = 0;

/** Bytes at the beginning of every memory that stay 0. */
export const zerosBytes: number = 4 * chunkLength;

const bytesPerNumber = 4;
const roomBytes = chunkLength * bytesPerNumber + 64;
const roomCount = 4;
const instantiate = createInstantiator(parametersModule);
const functionsByBuffer = new WeakMap<object, ParameterFunctions>();

/** Has the functions work in place on arrays in this memory, whose first {@link zerosBytes} are 0. */
export function registerParameterMemory(memory: SharedModuleMemory): void {
  functionsByBuffer.set(memory.buffer, instantiate(memory) as ParameterFunctions);
}

/** Works on a chunk of several arrays, given their addresses in the memory of the functions. */
export type ChunkWork = (functions: ParameterFunctions, at: readonly number[], end: number) => void;

/**
 * Calls `work` for every chunk of arrays of one length. Arrays that all lie in one registered memory are worked on in
 * place; others are copied, chunk by chunk, to and from a small memory that this thread keeps for it.
 * @param changed how many of the arrays are written back, counted from the first
 */
export function forEachChunk(arrays: readonly Float32Array[], changed: number, work: ChunkWork): void {
  const length = arrays[0]!.length;
  const inPlace = findFunctions(arrays);
  // The functions work on blocks of four numbers. The last few are always copied, as a block would reach beyond them.
  const blocksEnd = length - (length % 4);
  for (let from = 0; from < blocksEnd; from += chunkLength) {
    const to = Math.min(blocksEnd, from + chunkLength);
    if (inPlace === undefined) workOnCopies({ arrays, changed, from, to }, work);
    else workInPlace(inPlace, { arrays, from, to }, work);
  }
  if (blocksEnd < length) workOnCopies({ arrays, changed, from: blocksEnd, to: length }, work);
}

function workInPlace(
  functions: ParameterFunctions,
  { arrays, from, to }: Omit<ChunkOfArrays, 'changed'>,
  work: ChunkWork,
): void {
  const at = arrays.map(({ byteOffset }) => byteOffset + bytesPerNumber * from);
  work(functions, at, at[0]! + bytesPerNumber * (to - from));
}

function findFunctions(arrays: readonly Float32Array[]): ParameterFunctions | undefined {
  const { buffer } = arrays[0]!;
  const functions = functionsByBuffer.get(buffer);
  return functions !== undefined && arrays.every((array) => array.buffer === buffer) ? functions : undefined;
}

interface ChunkOfArrays {
  readonly arrays: readonly Float32Array[];
  readonly changed: number;
  readonly from: number;
  readonly to: number;
}

function workOnCopies({ arrays, changed, from, to }: ChunkOfArrays, work: ChunkWork): void {
  copies ??= createCopyMemory();
  const { functions, views } = copies;
  const length = to - from;
  const chunk = arrays.map((array, index) => {
    const isOdd = ((array.byteOffset / bytesPerNumber + from) & 1) === 1;
    const view = views[2 * index + (isOdd ? 1 : 0)]!;
    view.set(array.subarray(from, to));
    if (length % 4 !== 0) view.fill(0, length, length + 3);
    return view;
  });
  const at = chunk.map(({ byteOffset }) => byteOffset);
  work(functions, at, at[0]! + bytesPerNumber * length);
  for (let index = 0; index < changed; index += 1) arrays[index]!.set(chunk[index]!.subarray(0, length), from);
}

interface CopyMemory {
  readonly functions: ParameterFunctions;
  /** For each array, room for a chunk at an even and at an odd offset. */
  readonly views: readonly Float32Array[];
}

let copies: CopyMemory | undefined;

/**
 * A chunk lies at the same offset within 8 bytes as its array: copies to and from a SharedArrayBuffer are ten times as
 * fast then (V8 copies them word by word where both sides are aligned alike, and byte by byte elsewhere).
 */
function createCopyMemory(): CopyMemory {
  const memory = createSharedModuleMemory(zerosBytes + roomCount * roomBytes);
  const functions = instantiate(memory) as ParameterFunctions;
  const views = Array.from({ length: 2 * roomCount }, (_, index) => {
    const at = zerosBytes + (index >> 1) * roomBytes + (index & 1) * bytesPerNumber;
    return new Float32Array(memory.buffer, at, chunkLength + 4);
  });
  return { functions, views };
}
