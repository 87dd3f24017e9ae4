import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectClose } from '../test-support/expect-close.ts';
import { applyIsotonic, fitIsotonic } from './isotonic.ts';
import { applyPlatt, fitPlatt } from './platt.ts';
import { fitTemperature } from './temperature.ts';

const examples = fc.array(fc.tuple(fc.integer({ min: 0, max: 1 }), fc.integer({ min: -20, max: 20 })), {
  minLength: 1,
  maxLength: 40,
});

const columnsOf = (pairs: [number, number][]): { truth: number[]; scores: number[] } => ({
  truth: pairs.map(([truth]) => truth),
  scores: pairs.map(([, score]) => score / 4),
});

describe('fitTemperature', () => {
  it('never makes the loss worse', () => {
    fc.assert(
      fc.property(examples, fc.constantFrom(0, 1, 2.5), (pairs, imaginedRows) => {
        const { truth, scores: logits } = columnsOf(pairs);
        const { temperature, lossBefore, lossAfter } = fitTemperature({ logits, truth, classCount: 1, imaginedRows });
        expect(lossAfter).toBeLessThanOrEqual(lossBefore + 1e-12);
        expect(temperature).toBeGreaterThanOrEqual(Math.exp(-5) - 1e-9);
        expect(temperature).toBeLessThanOrEqual(Math.exp(5) + 1e-9);
      }),
    );
  });

  it('makes no classifier certain by few rows that are all right, with imagined rows', () => {
    for (const rows of [1, 6, 98]) {
      const truth = Array.from({ length: rows }, (_, row) => row % 2);
      const logits = truth.map((label) => (label === 1 ? 0.3 : -0.3));
      const { temperature } = fitTemperature({ logits, truth, classCount: 1, imaginedRows: 1 });
      // As sure as if one more row had been right and one wrong.
      expectClose(1 / (1 + Math.exp(-0.3 / temperature)), (rows + 1) / (rows + 2), 1e-9);
    }
    expect(() => fitTemperature({ logits: [1], truth: [1], classCount: 1, imaginedRows: -1 })).toThrow('imaginedRows');
  });

  it('finds the scale that logits were multiplied by', () => {
    // Of `rows` equal rows `positives` are positive, so that their logit is log(positives / negatives) exactly.
    const shares = fc.array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.constant(10)), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(shares, fc.double({ min: 0.05, max: 20, noNaN: true }), (groups, scale) => {
        fc.pre(groups.some(([positives, rows]) => positives * 2 !== rows));
        const rows = groups.flatMap(([positives, count]) =>
          Array.from({ length: count }, (_, row) => ({
            truth: row < positives ? 1 : 0,
            logit: Math.log(positives / (count - positives)) * scale,
          })),
        );
        const truth = rows.map((row) => row.truth);
        const { temperature } = fitTemperature({ truth, logits: rows.map(({ logit }) => logit), classCount: 1 });
        expectClose(temperature / scale, 1, 1e-6);
      }),
    );
  });

  it('scales with the logits', () => {
    const truth = [0, 1, 0, 1, 1];
    const logits = [-1, 2, 0.5, -0.3, 1];
    const { temperature } = fitTemperature({ logits, truth, classCount: 1 });
    const tenfold = fitTemperature({ logits: logits.map((logit) => 10 * logit), truth, classCount: 1 });
    expectClose(tenfold.temperature, 10 * temperature);
  });

  it('stops at the limits where the data want certainty or none', () => {
    expectClose(fitTemperature({ logits: [-1, 1], truth: [0, 1], classCount: 1 }).temperature, Math.exp(-5), 1e-6);
    expectClose(fitTemperature({ logits: [1, -1], truth: [0, 1], classCount: 1 }).temperature, Math.exp(5), 1e-6);
    expect(fitTemperature({ logits: [0, 0], truth: [0, 1], classCount: 1 }).temperature).toBe(1);
  });
});

describe('fitPlatt', () => {
  it('gives probabilities whose mean is that of the smoothed truth', () => {
    fc.assert(
      fc.property(examples, (pairs) => {
        const { truth, scores } = columnsOf(pairs);
        const positives = truth.filter((value) => value === 1).length;
        const negatives = truth.length - positives;
        const smoothed = positives * ((positives + 1) / (positives + 2)) + negatives / (negatives + 2);
        const sum = applyPlatt(fitPlatt({ truth, scores }), scores).reduce((total, value) => total + value, 0);
        expectClose(sum, smoothed, 1e-6);
      }),
    );
  });
});

describe('fitIsotonic', () => {
  it('is non-decreasing, within [0, 1], and keeps the mean', () => {
    fc.assert(
      fc.property(examples, (pairs) => {
        const input = columnsOf(pairs);
        const fit = fitIsotonic(input);
        const fitted = applyIsotonic(fit, input.scores);
        expectClose(fit.probabilities, fit.probabilities.slice().sort());
        expect(fitted.every((value) => value >= 0 && value <= 1)).toBe(true);
        const sum = (values: ArrayLike<number>): number =>
          Array.from(values).reduce((total, value) => total + value, 0);
        expectClose(sum(fitted), sum(input.truth));
      }),
    );
  });

  it('is no worse than any two-level function', () => {
    fc.assert(
      fc.property(examples, fc.integer({ min: -20, max: 20 }), (pairs, cut) => {
        const { truth, scores } = columnsOf(pairs);
        const fitted = applyIsotonic(fitIsotonic({ truth, scores }), scores);
        const meanWhere = (test: (score: number) => boolean): number => {
          const side = truth.filter((_, row) => test(scores[row] ?? 0));
          return side.reduce((total, value) => total + value, 0) / (side.length || 1);
        };
        const low = meanWhere((score) => score < cut / 4);
        const high = meanWhere((score) => score >= cut / 4);
        if (low > high) return;
        const error = (at: (row: number) => number): number =>
          truth.reduce((total, value, row) => total + (value - at(row)) ** 2, 0);
        const twoLevels = error((row) => ((scores[row] ?? 0) < cut / 4 ? low : high));
        expect(error((row) => fitted[row] ?? NaN)).toBeLessThanOrEqual(twoLevels + 1e-9);
      }),
    );
  });
});
