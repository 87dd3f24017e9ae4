/** Buffers that are used again, so that pages are not asked of the system for every micro-batch. */
export interface BufferPool {
  /** A buffer of at least this many bytes; its content is anything. */
  take(byteLength: number): ArrayBuffer;
  give(buffer: ArrayBuffer): void;
  /** Forgets the buffers that nobody has. */
  clear(): void;
}

/** Sizes are rounded up to a multiple, so that batches of similar size share buffers. */
const step = 1 << 20;

/** A pool that starts empty. */
export function createBufferPool(): BufferPool {
  const free: ArrayBuffer[] = [];
  return {
    take(byteLength) {
      // The smallest that fits; if none does, the largest is dropped for a new one, so that the pool does not grow forever.
      free.sort((left, right) => left.byteLength - right.byteLength);
      const fitting = free.findIndex((buffer) => buffer.byteLength >= byteLength);
      const [found] = fitting === -1 ? free.splice(-1, 1) : free.splice(fitting, 1);
      if (found !== undefined && found.byteLength >= byteLength) return found;
      return new ArrayBuffer(Math.ceil(byteLength / step) * step);
    },
    give(buffer) {
      free.push(buffer);
    },
    clear() {
      free.length = 0;
    },
  };
}
