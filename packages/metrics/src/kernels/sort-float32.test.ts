import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sortFloat32 } from './sort-float32.ts';

describe('sortFloat32', () => {
  it('sorts as the native sort does, at any length and any sign', () => {
    const values = fc.float32Array({ minLength: 3000, maxLength: 5000, noNaN: true });
    fc.assert(
      fc.property(values, (floats) => {
        expect(sortFloat32(floats.slice())).toEqual(floats.slice().sort());
      }),
      { numRuns: 20 },
    );
  });

  it('sorts an array that is part of a larger buffer', () => {
    const whole = Float32Array.from({ length: 5000 }, (_, index) => Math.sin(index));
    const part = whole.subarray(100, 4900);
    const expected = part.slice().sort();
    expect(sortFloat32(part)).toEqual(expected);
    expect(whole[0]).toBe(0);
    expect(whole[99]).toBe(Math.fround(Math.sin(99)));
  });

  it('sorts short arrays', () => {
    expect(Array.from(sortFloat32(Float32Array.of(3, -1, 2)))).toEqual([-1, 2, 3]);
    expect(sortFloat32(new Float32Array(0))).toHaveLength(0);
  });
});
