import { createRandomGenerator } from '@polyhead/numerics';
import { describe, expect, it } from 'vitest';
import { averageFigures, bootstrapFigures, computeFigures, figureNames } from './bootstrap.ts';

const decisions = {
  truth: Int32Array.of(0, 0, 0, 1, 1, 2),
  predicted: Int32Array.of(0, 0, 1, 1, 0, 2),
  classCount: 4,
};

describe('computeFigures', () => {
  it('leaves out a label that neither occurs nor is predicted', () => {
    const { macro_f1: macroF1, balanced_accuracy: balanced, accuracy } = computeFigures(decisions);
    expect(macroF1).toBeCloseTo((4 / 6 + 2 / 4 + 1) / 3, 12);
    expect(balanced).toBeCloseTo((2 / 3 + 1 / 2 + 1) / 3, 12);
    expect(accuracy).toBeCloseTo(4 / 6, 12);
  });
});

describe('bootstrapFigures', () => {
  const many = {
    truth: Int32Array.from({ length: 400 }, (_, row) => row % 2),
    predicted: Int32Array.from({ length: 400 }, (_, row) => (row % 5 === 0 ? 1 - (row % 2) : row % 2)),
    classCount: 2,
  };
  const run = (seed: number): ReturnType<typeof bootstrapFigures> =>
    bootstrapFigures(many, { resamples: 2000, random: createRandomGenerator(seed) });

  it('has the standard error and the interval of a share, whose distribution is known', () => {
    const { accuracy } = run(1);
    const error = Math.sqrt((0.8 * 0.2) / 400);
    expect(accuracy.value).toBeCloseTo(0.8, 12);
    expect(Math.abs(accuracy.standard_error / error - 1)).toBeLessThan(0.06);
    expect(Math.abs(accuracy.low - (0.8 - 1.96 * error))).toBeLessThan(0.006);
    expect(Math.abs(accuracy.high - (0.8 + 1.96 * error))).toBeLessThan(0.006);
  });

  it('gives the same numbers for the same seed, and others for another', () => {
    expect(run(1)).toEqual(run(1));
    expect(run(2)).not.toEqual(run(1));
    for (const name of figureNames) expect(run(2)[name].value).toBe(run(1)[name].value);
  });
});

describe('averageFigures', () => {
  it('is the mean, with the error of a mean of independent figures', () => {
    const figure = (value: number, error: number): Parameters<typeof averageFigures>[0][number] => ({
      value,
      low: 0,
      high: 1,
      standard_error: error,
    });
    const mean = averageFigures([figure(0.4, 0.03), figure(0.8, 0.04)]);
    expect(mean.value).toBeCloseTo(0.6, 12);
    expect(mean.standard_error).toBeCloseTo(0.025, 12);
    expect(mean.high - mean.low).toBeCloseTo(2 * 1.96 * 0.025, 12);
  });
});
