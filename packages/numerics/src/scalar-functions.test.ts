import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { softmaxRows } from './kernels/softmax.ts';
import { allFinite, maximumAbsolute } from './kernels/vector.ts';
import { logSumExp, sigmoid, softplus } from './scalar-functions.ts';

describe('scalar functions', () => {
  const moderate = fc.double({ min: -30, max: 30, noNaN: true });

  it('sigmoid and softplus follow their definitions where these can be computed', () => {
    fc.assert(
      fc.property(moderate, (x) => {
        expect(sigmoid(x)).toBeCloseTo(1 / (1 + Math.exp(-x)), 12);
        expect(softplus(x)).toBeCloseTo(Math.log(1 + Math.exp(x)), 10);
      }),
    );
  });

  it('do not overflow', () => {
    expect([sigmoid(1e5), sigmoid(-1e5), sigmoid(Infinity), sigmoid(-Infinity)]).toEqual([1, 0, 1, 0]);
    expect([softplus(1e5), softplus(-1e5)]).toEqual([1e5, 0]);
    expect(logSumExp([1e5, 1e5])).toBeCloseTo(1e5 + Math.log(2), 6);
    expect(logSumExp([-1e5, -1e5])).toBeCloseTo(-1e5 + Math.log(2), 6);
    expect(logSumExp([])).toBe(-Infinity);
    expect(logSumExp([-Infinity, 0])).toBe(0);
  });

  it('logSumExp moves with a shift', () => {
    fc.assert(
      fc.property(fc.array(moderate, { minLength: 1 }), moderate, (values, shift) => {
        expect(logSumExp(values.map((value) => value + shift))).toBeCloseTo(logSumExp(values) + shift, 9);
      }),
    );
  });

  it('softmaxRows: rows are exp(x - logSumExp)', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(moderate, moderate, moderate), { minLength: 1, maxLength: 4 }), (rows) => {
        const data = Float64Array.from(rows.flat());
        softmaxRows(data, rows.length, 3);
        for (const [row, values] of rows.entries()) {
          for (const [column, value] of values.entries()) {
            expect(data[row * 3 + column]).toBeCloseTo(Math.exp(value - logSumExp(values)), 12);
          }
        }
      }),
    );
  });

  it('softmaxRows takes float32 and huge logits', () => {
    const data = Float32Array.of(1e30, 0, -1e30);
    softmaxRows(data, 1, 3);
    expect([...data]).toEqual([1, 0, 0]);
  });

  it('maximumAbsolute and allFinite see NaN and infinity', () => {
    expect(maximumAbsolute(Float64Array.of(1, -3, 2))).toBe(3);
    expect(maximumAbsolute(Float64Array.of())).toBe(0);
    expect(maximumAbsolute(Float64Array.of(Number.NaN, 1))).toBe(Number.NaN);
    expect([[1, 2], [Number.NaN], [Infinity], [-Infinity]].map((list) => allFinite(Float64Array.from(list)))).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});
