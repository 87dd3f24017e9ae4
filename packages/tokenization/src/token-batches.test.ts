import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planTokenBatches } from './token-batches.ts';

describe('planTokenBatches', () => {
  it('puts rows of similar length together', () => {
    expect(planTokenBatches([9, 2, 3, 9, 2], { maximumTokens: 18 })).toEqual([
      [1, 4, 2],
      [0, 3],
    ]);
  });

  it('gives a row that is too long its own batch', () => {
    expect(planTokenBatches([50, 1], { maximumTokens: 10 })).toEqual([[1], [0]]);
  });

  it('counts empty rows as one token', () => {
    expect(planTokenBatches([0, 0, 0], { maximumTokens: 2 })).toEqual([[0, 1], [2]]);
    expect(planTokenBatches([], { maximumTokens: 2 })).toEqual([]);
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses maximumTokens %d', (maximumTokens) => {
    expect(() => planTokenBatches([1], { maximumTokens })).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
    );
  });

  it('uses each row once, keeps to the budget, and could not have taken the next row', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 60 })),
        fc.integer({ min: 1, max: 200 }),
        (lengths, maximumTokens) => {
          const batches = planTokenBatches(Int32Array.from(lengths), { maximumTokens });
          const order = batches.flat();
          expect(order.toSorted((left, right) => left - right)).toEqual(lengths.map((_, row) => row));
          expect(order.map((row) => lengths[row])).toEqual(lengths.toSorted((left, right) => left - right));
          for (const [index, batch] of batches.entries()) {
            const longest = Math.max(...batch.map((row) => lengths[row] ?? 0));
            expect(batch.length === 1 || batch.length * longest <= maximumTokens).toBe(true);
            const next = batches[index + 1]?.[0];
            if (next !== undefined) expect((batch.length + 1) * (lengths[next] ?? 0)).toBeGreaterThan(maximumTokens);
          }
        },
      ),
    );
  });
});
