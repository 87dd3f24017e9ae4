import type { TruncationStrategy } from '@polyhead/types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planTruncation } from './truncation.ts';

const plan = (first: number, second: number, room: number, strategy: TruncationStrategy): [number, number] => {
  const kept = planTruncation({ first, second }, { strategy, maximumLength: room + 3, addedTokens: 3 });
  return [kept.first, kept.second];
};

describe('planTruncation', () => {
  it('leaves what fits', () => {
    expect(plan(4, 6, 10, 'longest-first')).toEqual([4, 6]);
    expect(plan(4, 6, 10, 'none')).toEqual([4, 6]);
    const unlimited = { strategy: 'none', maximumLength: undefined, addedTokens: 3 } as const;
    expect(planTruncation({ first: 1e6, second: 0 }, unlimited)).toEqual({ first: 1e6, second: 0 });
  });

  it.each([
    [40, 4, 10, [6, 4]],
    [4, 40, 10, [4, 6]],
    [40, 40, 11, [5, 6]],
    [41, 40, 11, [6, 5]],
    [40, 41, 11, [5, 6]],
    [6, 6, 11, [5, 6]],
    [9, 0, 4, [4, 0]],
    [9, 9, 0, [0, 0]],
  ])('longest-first: %i and %i tokens into %i', (first, second, room, expected) => {
    expect(plan(first, second, room, 'longest-first')).toEqual(expected);
  });

  it('cuts only the side that it is told to, and never to nothing', () => {
    expect(plan(10, 5, 8, 'only-first')).toEqual([3, 5]);
    expect(plan(5, 10, 8, 'only-second')).toEqual([5, 3]);
    expect(() => plan(10, 8, 8, 'only-first')).toThrow(expect.objectContaining({ code: 'TEXT_TOO_LONG' }));
    expect(() => plan(10, 0, 8, 'only-second')).toThrow(expect.objectContaining({ code: 'TEXT_TOO_LONG' }));
  });

  it('says how long the text is', () => {
    expect(() => plan(10, 8, 8, 'none')).toThrow(/21 tokens.*maximumLength 11.*Shorten/s);
    expect(() => plan(10, 8, 8, 'none')).toThrow(
      expect.objectContaining({ details: { tokenCount: 21, maximumLength: 11, truncation: 'none' } }),
    );
  });

  it.each([2, 0, -1, 2.5, Number.NaN, Number.POSITIVE_INFINITY])(
    'refuses maximumLength %d with 3 special tokens',
    (maximumLength) => {
      const settings = { strategy: 'longest-first', maximumLength, addedTokens: 3 } as const;
      expect(() => planTruncation({ first: 1, second: 1 }, settings)).toThrow(
        expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
      );
    },
  );

  it('longest-first: never too long, nothing wasted, the shorter is cut only below half', () => {
    fc.assert(
      fc.property(fc.nat(60), fc.nat(60), fc.nat(60), (first, second, room) => {
        const [keptFirst, keptSecond] = plan(first, second, room, 'longest-first');
        expect(keptFirst).toBeLessThanOrEqual(first);
        expect(keptSecond).toBeLessThanOrEqual(second);
        expect(keptFirst + keptSecond).toBe(Math.min(first + second, room));
        const [shorter, keptShorter] = first <= second ? [first, keptFirst] : [second, keptSecond];
        if (2 * shorter <= room) expect(keptShorter).toBe(shorter);
        else if (first + second > room) expect(Math.abs(keptFirst - keptSecond)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('longest-first is symmetric for texts of different length', () => {
    fc.assert(
      fc.property(fc.nat(60), fc.nat(60), fc.nat(60), (first, second, room) => {
        fc.pre(first !== second);
        expect(plan(second, first, room, 'longest-first')).toEqual(
          plan(first, second, room, 'longest-first').reverse(),
        );
      }),
    );
  });
});
