import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { trapezoidArea } from '../kernels/binary-curve.ts';
import { kendall } from '../regression/correlation.ts';
import { expectClose } from '../test-support/expect-close.ts';
import { averagePrecision } from './average-precision.ts';
import { precisionRecallCurve, rocCurve } from './binary-curves.ts';
import { rocAuc } from './roc-auc.ts';

const rows = fc.array(fc.tuple(fc.integer({ min: 0, max: 1 }), fc.integer({ min: -5, max: 5 })), {
  minLength: 1,
  maxLength: 40,
});

const columnsOf = (pairs: [number, number][]): { truth: number[]; scores: number[] } => ({
  truth: pairs.map(([truth]) => truth),
  scores: pairs.map(([, score]) => score),
});

describe('rocAuc', () => {
  it('is the share of pairs in the right order, ties counted half', () => {
    fc.assert(
      fc.property(rows, (pairs) => {
        const positives = pairs.filter(([truth]) => truth === 1);
        const negatives = pairs.filter(([truth]) => truth === 0);
        let right = 0;
        for (const [, p] of positives) for (const [, n] of negatives) right += p > n ? 1 : p === n ? 0.5 : 0;
        expectClose(rocAuc(columnsOf(pairs)), right / (positives.length * negatives.length));
      }),
    );
  });

  it('only depends on the order of the scores, and turns over with it', () => {
    fc.assert(
      fc.property(rows, (pairs) => {
        const { truth, scores } = columnsOf(pairs);
        const area = rocAuc({ truth, scores });
        expectClose(rocAuc({ truth, scores: scores.map(Math.exp) }), area);
        expectClose(rocAuc({ truth, scores: scores.map((score) => -score) }), 1 - area);
      }),
    );
  });

  it('is the area under the curve, with and without the points on straight lines', () => {
    fc.assert(
      fc.property(rows, (pairs) => {
        const input = columnsOf(pairs);
        const [all, corners] = [rocCurve(input, { allPoints: true }), rocCurve(input)];
        expectClose(trapezoidArea(all.falsePositiveRates, all.truePositiveRates), rocAuc(input));
        expectClose(trapezoidArea(corners.falsePositiveRates, corners.truePositiveRates), rocAuc(input));
        expect(corners.thresholds.length).toBeLessThanOrEqual(all.thresholds.length);
      }),
    );
  });

  it('takes an integer weight for repetition', () => {
    fc.assert(
      fc.property(rows, fc.infiniteStream(fc.integer({ min: 0, max: 3 })), (pairs, drawn) => {
        const weights = [...drawn.take(pairs.length)];
        const repeated = pairs.flatMap((pair, row) => Array.from({ length: weights[row] ?? 0 }, () => pair));
        if (repeated.length === 0) return;
        const weighted = { ...columnsOf(pairs), sampleWeights: weights };
        expectClose(rocAuc(weighted), rocAuc(columnsOf(repeated)));
        expectClose(averagePrecision(weighted), averagePrecision(columnsOf(repeated)));
      }),
    );
  });

  it('takes -0 for 0', () => {
    expect(rocAuc({ truth: [0, 1], scores: [0, -0] })).toBe(0.5);
    expect(rocAuc({ truth: [0, 1], scores: Float32Array.of(-0, 0) })).toBe(0.5);
  });
});

describe('averagePrecision', () => {
  it('is the step area under the precision-recall curve', () => {
    fc.assert(
      fc.property(rows, (pairs) => {
        const { precision, recall } = precisionRecallCurve(columnsOf(pairs));
        let area = 0;
        for (let i = 1; i < recall.length; i++)
          area += ((recall[i - 1] ?? 0) - (recall[i] ?? 0)) * (precision[i - 1] ?? 0);
        expectClose(averagePrecision(columnsOf(pairs)), area);
      }),
    );
  });
});

describe('kendall', () => {
  it('is the balance of pairs in the same and in opposite order', () => {
    const lists = fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 4 })), {
      minLength: 1,
      maxLength: 30,
    });
    fc.assert(
      fc.property(lists, (pairs) => {
        let balance = 0;
        let untiedFirst = 0;
        let untiedSecond = 0;
        pairs.forEach(([x, y], index) => {
          for (const [otherX, otherY] of pairs.slice(index + 1)) {
            balance += Math.sign(x - otherX) * Math.sign(y - otherY);
            untiedFirst += x === otherX ? 0 : 1;
            untiedSecond += y === otherY ? 0 : 1;
          }
        });
        const expected = balance / Math.sqrt(untiedFirst) / Math.sqrt(untiedSecond);
        expectClose(kendall({ truth: pairs.map(([x]) => x), predicted: pairs.map(([, y]) => y) }), expected);
      }),
    );
  });
});
