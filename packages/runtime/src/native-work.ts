/**
 * Keeps a thread from being ended while native code runs in it, which would abort the whole process: when the process
 * (or the thread that started the worker) exits, it first waits until the native call under way is done, and no further
 * one begins.
 */

/** Shared by a worker and the thread that started it: whether native code runs, and whether it still may. */
export type NativeWorkFlags = Int32Array<SharedArrayBuffer>;

const busyIndex = 0;
const endedIndex = 1;

/** A native call that takes longer is interrupted after all: something is wrong with it. */
const longestWaitMilliseconds = 30_000;

/** Flags of a worker that does nothing yet. */
export function createNativeWorkFlags(): NativeWorkFlags {
  return new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));
}

/**
 * Does native work in a worker. Once the other side is ending, this does not come back: the thread is about to be ended.
 * Calls must not overlap.
 */
export async function doNativeWork<Result>(flags: NativeWorkFlags, work: () => Promise<Result>): Promise<Result> {
  Atomics.store(flags, busyIndex, 1);
  if (Atomics.load(flags, endedIndex) === 1) {
    setIdle(flags);
    return new Promise(() => undefined);
  }
  try {
    return await work();
  } finally {
    setIdle(flags);
  }
}

function setIdle(flags: NativeWorkFlags): void {
  Atomics.store(flags, busyIndex, 0);
  Atomics.notify(flags, busyIndex);
}

const guarded = new Set<NativeWorkFlags>();

function endNativeWork(): void {
  for (const flags of guarded) Atomics.store(flags, endedIndex, 1);
  for (const flags of guarded) Atomics.wait(flags, busyIndex, 1, longestWaitMilliseconds);
}

/**
 * Lets an exit of this process or thread wait for the native work of a worker that it started.
 * @returns ends the guard; to be called when the worker has ended
 */
export function guardNativeWork(flags: NativeWorkFlags): () => void {
  if (guarded.size === 0) process.on('exit', endNativeWork);
  guarded.add(flags);
  return () => {
    guarded.delete(flags);
    if (guarded.size === 0) process.off('exit', endNativeWork);
  };
}
