import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { bfloat16ToFloat32, float16ToFloat32, float32ToBfloat16, float32ToFloat16 } from './half-precision.ts';

const everyHalf = Uint16Array.from({ length: 65_536 }, (_, bits) => bits);
const narrow = (value: number): number => float32ToFloat16(Float32Array.of(value))[0] ?? -1;
const narrowBfloat = (value: number): number => float32ToBfloat16(Float32Array.of(value))[0] ?? -1;

describe('float16', () => {
  it('widens the values that the standard names', () => {
    const bits = Uint16Array.of(0x0000, 0x8000, 0x3c00, 0xc000, 0x7bff, 0x0400, 0x03ff, 0x0001, 0x7c00, 0xfc00, 0x3555);
    expect([...float16ToFloat32(bits)]).toEqual([
      0,
      -0,
      1,
      -2,
      65_504,
      2 ** -14,
      1023 * 2 ** -24,
      2 ** -24,
      Infinity,
      -Infinity,
      0.333251953125,
    ]);
    expect(float16ToFloat32(Uint16Array.of(0x7e00))[0]).toBeNaN();
  });

  it('narrows every half that was widened back to the same bits', () => {
    const quiet = everyHalf.map((bits) => ((bits & 0x7fff) > 0x7c00 ? bits | 0x200 : bits));
    expect(float32ToFloat16(float16ToFloat32(everyHalf))).toEqual(quiet);
  });

  it('rounds half to even, also among subnormals and at the upper end', () => {
    expect(narrow(1 + 2 ** -11)).toBe(0x3c00);
    expect(narrow(1 + 3 * 2 ** -11)).toBe(0x3c02);
    expect(narrow(1 + 2 ** -11 + 2 ** -23)).toBe(0x3c01);
    expect(narrow(2 ** -25)).toBe(0);
    expect(narrow(Math.fround(2 ** -25 * 1.0000001))).toBe(1);
    expect(narrow(1.5 * 2 ** -24)).toBe(2);
    expect(narrow(2.5 * 2 ** -24)).toBe(2);
    expect(narrow(1023.5 * 2 ** -24)).toBe(0x400);
    expect(narrow(65_519.996)).toBe(0x7bff);
    expect(narrow(65_520)).toBe(0x7c00);
    expect(narrow(-1e30)).toBe(0xfc00);
    expect(narrow(-1e-30)).toBe(0x8000);
  });

  it('rounds to the nearest half', () => {
    fc.assert(
      fc.property(fc.float({ min: -65_504, max: 65_504, noNaN: true }), (value) => {
        const bits = narrow(value);
        const neighbours = float16ToFloat32(Uint16Array.of(bits, bits + 1, Math.max(bits - 1, 0)));
        const distances = [...neighbours].map((neighbour) => Math.abs(neighbour - value)).filter(Number.isFinite);
        expect(distances[0]).toBe(Math.min(...distances));
      }),
    );
  });
});

describe('bfloat16', () => {
  it('narrows every value that was widened back to the same bits', () => {
    const back = float32ToBfloat16(bfloat16ToFloat32(everyHalf));
    const quiet = everyHalf.map((bits) => ((bits & 0x7fff) > 0x7f80 ? bits | 0x40 : bits));
    expect(back).toEqual(quiet);
  });

  it('rounds half to even', () => {
    expect(narrowBfloat(1 + 2 ** -8)).toBe(0x3f80);
    expect(narrowBfloat(1 + 3 * 2 ** -8)).toBe(0x3f82);
    expect(narrowBfloat(3.4028234663852886e38)).toBe(0x7f80);
  });
});
