import { describe, expect, it } from 'vitest';
import { createProductMemory, padTo4 } from './product-memory.ts';

describe('createProductMemory', () => {
  it('adds to what is there, touches nothing else, and reads a transposed factor', () => {
    const { values, addProduct } = createProductMemory(64);
    values.fill(-1);
    const b = [1, 2, 3, 4, 5, 6, 7, 8];
    values.set([1, 2, 3, 4, 10, 20, 30, 40], 0); // a^T [2, 4]
    values.set(b, 8); // b [2, 4]
    addProduct({ at: 0, rowStride: 1, columnStride: 4 }, { at: 8, stride: 4 }, { at: 20, stride: 5 }, 4, 2, 4);
    for (let row = 0; row < 4; row += 1) {
      const wanted = [0, 1, 2, 3].map((column) => (row + 1) * ((b[column] ?? 0) + 10 * (b[column + 4] ?? 0)) - 1);
      expect([...values.subarray(20 + 5 * row, 24 + 5 * row)]).toEqual(wanted);
      expect(values[24 + 5 * row]).toBe(-1);
    }
    expect(values[19]).toBe(-1);
    expect(values.subarray(40).every((value) => value === -1)).toBe(true);
  });

  it('does nothing for empty factors', () => {
    const { values, addProduct } = createProductMemory(16);
    const matrix = { at: 0, stride: 4 };
    for (const [m, k, n] of [
      [0, 4, 4],
      [4, 0, 4],
      [4, 4, 0],
    ] as const) {
      addProduct({ at: 0, rowStride: 4, columnStride: 1 }, matrix, matrix, m, k, n);
    }
    expect(values.every((value) => value === 0)).toBe(true);
  });

  it('pads to multiples of 4', () => {
    expect([0, 1, 4, 5].map(padTo4)).toEqual([0, 4, 4, 8]);
  });
});
