import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planWindows } from './windows.ts';

describe('planWindows', () => {
  it('gives one window to what fits, also to nothing', () => {
    expect(planWindows(0, { size: 5, stride: 2 })).toEqual([{ start: 0, end: 0 }]);
    expect(planWindows(5, { size: 5, stride: 2 })).toEqual([{ start: 0, end: 5 }]);
  });

  it('overlaps neighbours by the stride and stops at the first window that reaches the end', () => {
    expect(planWindows(11, { size: 5, stride: 2 })).toEqual([
      { start: 0, end: 5 },
      { start: 3, end: 8 },
      { start: 6, end: 11 },
    ]);
  });

  it.each([5, 6, -1, 1.5])('refuses stride %d for windows of 5', (stride) => {
    expect(() => planWindows(11, { size: 5, stride })).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
  });

  it('covers every token exactly once beyond the stride', () => {
    fc.assert(
      fc.property(fc.nat(200), fc.integer({ min: 1, max: 40 }), fc.nat(39), (length, size, stride) => {
        fc.pre(stride < size);
        const windows = planWindows(length, { size, stride });
        let covered = 0;
        for (const [index, { start, end }] of windows.entries()) {
          expect(end - start).toBeLessThanOrEqual(size);
          expect(start).toBe(index === 0 ? 0 : covered - stride);
          covered = end;
        }
        expect(covered).toBe(length);
      }),
    );
  });
});
