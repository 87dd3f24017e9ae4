import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planMicroBatches } from './micro-batches.ts';

const lengths = fc.array(fc.integer({ min: 1, max: 64 }), { minLength: 1, maxLength: 80 });

describe('planMicroBatches', () => {
  it('puts every row into one micro-batch that is as long as its longest row and within the limit', () => {
    fc.assert(
      fc.property(
        lengths,
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 16, max: 512 }),
        (rows, workers, limit) => {
          const batches = planMicroBatches(rows, { workers, maximumTokens: limit });
          const all = batches.flatMap((batch) => batch.rows).sort((left, right) => left - right);
          expect(all).toEqual([...rows.keys()]);
          for (const batch of batches) {
            expect(batch.length).toBe(Math.max(...batch.rows.map((row) => rows[row] ?? 0)));
            expect(batch.rows.length === 1 || batch.rows.length * batch.length <= limit).toBe(true);
            expect(batch.worker).toBeLessThan(workers);
          }
        },
      ),
    );
  });

  it('gives workers equal shares of equal rows', () => {
    const batches = planMicroBatches(new Array<number>(32).fill(32), { workers: 2, maximumTokens: 512 });
    expect(batches.map(({ rows, worker }) => [rows.length, worker])).toEqual([
      [16, 0],
      [16, 1],
    ]);
  });
});
