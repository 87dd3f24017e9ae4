import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseWorkers, measureFreeMemory } from './choose-workers.ts';

const gigabyte = 1e9;

describe('chooseWorkers', () => {
  it.each([
    ['a small model on two threads', 2, 0.09, 8, 2],
    ['a small model on one thread', 1, 0.09, 8, 1],
    ['a small model on many threads', 16, 0.09, 32, 16],
    ['a model of which only a few copies fit: two threads each', 16, 0.5, 20, 8],
    ['a large model', 2, 2.3, 16, 1],
    ['hardly any memory', 2, 0.09, 0.3, 1],
    ['no memory', 2, 0.09, -1, 1],
  ])('%s', (_name, threads, size, free, expected) => {
    expect(chooseWorkers({ threads, modelBytes: size * gigabyte, freeBytes: free * gigabyte })).toBe(expected);
  });

  it('never takes more than a quarter of the free memory for several workers, nor more threads than there are', () => {
    const bytes = fc.integer({ min: 1, max: 1e12 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 256 }), bytes, bytes, (threads, modelBytes, freeBytes) => {
        const workers = chooseWorkers({ threads, modelBytes, freeBytes });
        expect(Number.isInteger(workers) && workers >= 1 && workers <= threads).toBe(true);
        if (workers > 1) expect((workers + 1) * modelBytes).toBeLessThanOrEqual(freeBytes / 4);
      }),
    );
  });

  it('has the memory of this machine to go by', () => {
    expect(measureFreeMemory()).toBeGreaterThan(1e6);
  });
});
