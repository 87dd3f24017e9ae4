import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { createParameterKernels } from './parameter-kernels.ts';
import { attachSharedArrays, createSharedArrays } from './shared-arrays.ts';

describe('createSharedArrays', () => {
  it('makes arrays of 0 that do not overlap and begin at cache lines', () => {
    const { arrays } = createSharedArrays([3, 0, 17, 40_000]);
    expect(arrays.map(({ length }) => length)).toEqual([3, 0, 17, 40_000]);
    expect(arrays.every(({ byteOffset }) => byteOffset % 64 === 0)).toBe(true);
    expect(arrays.every((array) => array.every((value) => value === 0))).toBe(true);
    for (const [index, array] of arrays.entries()) array.fill(index + 1);
    for (const [index, array] of arrays.entries()) expect(array.every((value) => value === index + 1)).toBe(true);
  });

  it('shows other threads the same numbers', async () => {
    const { arrays, handle } = createSharedArrays([5, 2]);
    const code = `
      const { parentPort, workerData } = require('node:worker_threads');
      new Float32Array(workerData.storage.buffer, ${arrays[1]?.byteOffset ?? 0}, 2)[1] = 8;
      parentPort.postMessage(workerData);`;
    const worker = new Worker(code, { eval: true, workerData: handle });
    const [received] = (await once(worker, 'message')) as [typeof handle];
    expect([...(arrays[1] ?? [])]).toEqual([0, 8]);
    expect([...(attachSharedArrays(received)[1] ?? [])]).toEqual([0, 8]);
  });

  it('attaches arrays in buffers of their own, as those of more than 4 GB are', () => {
    const storage = [new SharedArrayBuffer(12), new SharedArrayBuffer(12)];
    const [a, b] = attachSharedArrays({ lengths: [3, 3], storage });
    if (!a || !b) return;
    a.fill(1);
    b.fill(2);
    createParameterKernels().add(a, b);
    expect(new Float32Array(storage[0] ?? new SharedArrayBuffer(0))).toEqual(Float32Array.of(3, 3, 3));
  });
});
