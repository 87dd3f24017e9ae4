import { attachSharedArrays, createSharedArrays, type SharedArraysHandle } from '@polyhead/numerics';

/** How long the arrays are that all workers share. */
export interface SharedLengths {
  /** Parameters, the trained ones first. */
  readonly parameters: number;
  /** First moments, or the velocities of SGD. */
  readonly firstMoments: number;
  /** 0 for SGD. */
  readonly secondMoments: number;
  /** `[vocabulary, width]`: the word embeddings, of which workers only ever take rows. */
  readonly table: number;
  /** 0 unless the table is trained. */
  readonly tableFirstMoments: number;
  readonly tableSecondMoments: number;
  /** Gradients of the trained parameters, for each worker its own. */
  readonly gradients: number;
  readonly workers: number;
  /** Rows of the table, if it is trained: for each the update that it is up to date with. */
  readonly tableRows: number;
}

/** What a worker needs to see the shared arrays. */
export interface SharedMemory {
  readonly handle: SharedArraysHandle;
  readonly tableLastUpdates: SharedArrayBuffer;
}

/** The shared arrays as one thread sees them. */
export interface SharedView {
  readonly parameters: Float32Array;
  readonly firstMoments: Float32Array;
  readonly secondMoments: Float32Array;
  readonly table: Float32Array;
  readonly tableFirstMoments: Float32Array;
  readonly tableSecondMoments: Float32Array;
  /** For each worker. */
  readonly gradients: readonly Float32Array[];
  readonly tableLastUpdates: Int32Array;
}

/** Allocates the arrays, all 0. */
export function createSharedMemory(lengths: SharedLengths): {
  readonly memory: SharedMemory;
  readonly view: SharedView;
} {
  const { handle, arrays } = createSharedArrays([
    lengths.parameters,
    lengths.firstMoments,
    lengths.secondMoments,
    lengths.table,
    lengths.tableFirstMoments,
    lengths.tableSecondMoments,
    ...Array.from({ length: lengths.workers }, () => lengths.gradients),
  ]);
  const tableLastUpdates = new SharedArrayBuffer(lengths.tableRows * Int32Array.BYTES_PER_ELEMENT);
  return { memory: { handle, tableLastUpdates }, view: toView(arrays, tableLastUpdates) };
}

/** The arrays, in another thread. */
export function attachSharedMemory({ handle, tableLastUpdates }: SharedMemory): SharedView {
  return toView(attachSharedArrays(handle), tableLastUpdates);
}

function toView(arrays: readonly Float32Array[], tableLastUpdates: SharedArrayBuffer): SharedView {
  const at = (index: number): Float32Array => arrays[index] ?? new Float32Array(0);
  return {
    parameters: at(0),
    firstMoments: at(1),
    secondMoments: at(2),
    table: at(3),
    tableFirstMoments: at(4),
    tableSecondMoments: at(5),
    gradients: arrays.slice(6),
    tableLastUpdates: new Int32Array(tableLastUpdates),
  };
}

/** Bytes of all arrays together. */
export function countSharedBytes({ handle, tableLastUpdates }: SharedMemory): number {
  const numbers = handle.lengths.reduce((sum, length) => sum + length, 0);
  return numbers * Float32Array.BYTES_PER_ELEMENT + tableLastUpdates.byteLength;
}
