import { hasErrorCode } from '@polyhead/types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DropoutMaskOptions, fillDropoutMask } from './dropout-mask.ts';

function createMask(length: number, options: DropoutMaskOptions): Float32Array {
  const mask = new Float32Array(length);
  fillDropoutMask(mask, options);
  return mask;
}

/** 1 where a mask drops, 0 elsewhere. */
function dropsOf(mask: Float32Array): Uint8Array {
  return Uint8Array.from(mask, (value) => (value === 0 ? 1 : 0));
}

/**
 * How many standard deviations the number of places where both drop is from that of independent masks.
 * @param shift the second mask is read from so many places on
 */
function jointDeviation(first: Uint8Array, second: Uint8Array, probability: number, shift = 0): number {
  const length = first.length - shift;
  let both = 0;
  for (let index = 0; index < length; index += 1) both += (first[index] ?? 0) & (second[index + shift] ?? 0);
  const share = probability ** 2;
  return (both - length * share) / Math.sqrt(length * share * (1 - share));
}

const length = 1 << 18;
/** Normal deviates beyond it come up once in 15 million. */
const limit = 5.3;

describe('fillDropoutMask', () => {
  it.each([0.01, 0.1, 0.25, 0.5, 0.9])('drops a share of %d and scales the rest', (probability) => {
    for (const stream of [0, 1, 77]) {
      const mask = createMask(length, { seed: 42, stream, probability });
      const kept = Math.fround(1 / (1 - probability));
      expect(new Set(mask)).toEqual(new Set([0, kept]));
      const dropped = dropsOf(mask).reduce((sum, one) => sum + one, 0);
      const deviation = (dropped - length * probability) / Math.sqrt(length * probability * (1 - probability));
      expect(Math.abs(deviation)).toBeLessThan(limit);
    }
  });

  it('drops nothing with a probability of 0', () => {
    expect(createMask(1000, { seed: 1, stream: 1, probability: 0 }).every((value) => value === 1)).toBe(true);
  });

  it('is the same in parts, at any offset, in shared memory', () => {
    const whole = createMask(40_000, { seed: 3, stream: 4, probability: 0.3 });
    fc.assert(
      fc.property(fc.nat(30_000), fc.nat(10_000), fc.nat(3), (start, size, offset) => {
        const part = new Float32Array(new SharedArrayBuffer(4 * (size + offset + 1)), 4 * offset, size);
        fillDropoutMask(part, { seed: 3, stream: 4, probability: 0.3, start });
        expect(part).toEqual(whole.subarray(start, start + size));
      }),
      { numRuns: 50 },
    );
  });

  it('makes other masks for other seeds and streams, negative and large ones too', () => {
    const numbers = [0, 1, 2, -1, 2 ** 31, 2 ** 32, 2 ** 32 + 1, 2 ** 52, Number.MAX_SAFE_INTEGER];
    const masks = numbers.flatMap((seed) =>
      numbers.map((stream) => createMask(200, { seed, stream, probability: 0.5 }).join()),
    );
    expect(new Set(masks).size).toBe(numbers.length ** 2);
  });

  it.each([0.1, 0.5])('has masks that are independent of one another, for a share of %d', (probability) => {
    const masks = Array.from({ length: 6 }, (_, index) =>
      dropsOf(createMask(length, { seed: index >> 1, stream: index & 1, probability })),
    );
    for (const [index, first] of masks.entries()) {
      for (const second of masks.slice(index + 1)) {
        for (const shift of [0, 1, 2, 384]) {
          expect(Math.abs(jointDeviation(first, second, probability, shift))).toBeLessThan(limit);
        }
      }
    }
  });

  it.each([0.1, 0.5])('has numbers that are independent of others in the mask, for a share of %d', (probability) => {
    const mask = dropsOf(createMask(length, { seed: 9, stream: 123, probability }));
    const shifts = [...Array.from({ length: 70 }, (_, index) => index + 1), 128, 256, 384, 768, 1024, 8192, 65_536];
    for (const shift of shifts) expect(Math.abs(jointDeviation(mask, mask, probability, shift))).toBeLessThan(limit);
  });

  it('has every pattern of 8 places as often as chance has it (chi-square)', () => {
    const counts = new Float64Array(256);
    for (let stream = 0; stream < 8; stream += 1) {
      const mask = dropsOf(createMask(length, { seed: 5, stream, probability: 0.5 }));
      for (let at = 0; at < length; at += 8) {
        const pattern = mask.subarray(at, at + 8).reduce((bits, one) => 2 * bits + one, 0);
        counts[pattern] = (counts[pattern] ?? 0) + 1;
      }
    }
    const wanted = length / 256;
    const chiSquare = counts.reduce((sum, count) => sum + (count - wanted) ** 2 / wanted, 0);
    // Mean 255, standard deviation 22.6.
    expect(chiSquare).toBeGreaterThan(255 - limit * 22.6);
    expect(chiSquare).toBeLessThan(255 + limit * 22.6);
  });

  it('drops the same place in as many of many streams as chance has it (chi-square)', () => {
    const streams = 4000;
    const places = 500;
    const counts = new Float64Array(places);
    for (let stream = 0; stream < streams; stream += 1) {
      for (const [place, one] of dropsOf(createMask(places, { seed: 1, stream, probability: 0.1 })).entries()) {
        counts[place] = (counts[place] ?? 0) + one;
      }
    }
    const wanted = streams * 0.1;
    const chiSquare = counts.reduce((sum, count) => sum + (count - wanted) ** 2 / (wanted * 0.9), 0);
    const deviation = Math.sqrt(2 * places);
    expect(Math.abs(chiSquare - places)).toBeLessThan(limit * deviation);
  });

  it.each([
    { probability: 1 },
    { probability: -0.1 },
    { probability: Number.NaN },
    { seed: 1.5 },
    { stream: Number.NaN },
    { start: 0.5 },
  ])('refuses %j', (changes) => {
    expect(() => createMask(8, { seed: 1, stream: 1, probability: 0.1, ...changes })).toThrow(
      expect.toSatisfy((error) => hasErrorCode(error, 'INVALID_ARGUMENT')),
    );
  });
});
