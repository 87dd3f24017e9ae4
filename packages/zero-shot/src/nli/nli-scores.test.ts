import { sigmoid } from '@polyhead/numerics';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { averageLogits, poolWindowLogits, type WindowPooling } from './nli-scores.ts';

const outputs = { entailment: 0, contradiction: 2 };
const poolings: readonly WindowPooling[] = ['max', 'mean', 'noisy-or'];
const logit = fc.float({ min: -30, max: 30, noNaN: true });
const window = fc.tuple(logit, logit, logit);

describe('poolWindowLogits', () => {
  it('gives the logits of a single window whatever the pooling', () => {
    for (const pooling of poolings) {
      expect(poolWindowLogits(Float32Array.of(1.5, 9, -2), 3, { outputs, pooling })).toEqual({
        entailment: 1.5,
        logOdds: 3.5,
      });
    }
  });

  it('pools windows by its definition', () => {
    const rows = Float32Array.of(1, 0, 0, 3, 0, 4);
    const pool = (pooling: WindowPooling): unknown => poolWindowLogits(rows, 3, { outputs, pooling });
    expect(pool('max')).toEqual({ entailment: 3, logOdds: 1 });
    expect(pool('mean')).toEqual({ entailment: 2, logOdds: 0 });
    const probability = 1 - (1 - sigmoid(1)) * (1 - sigmoid(-1));
    const logOdds = expect.closeTo(Math.log(probability / (1 - probability)), 12) as unknown;
    expect(pool('noisy-or')).toEqual({ entailment: logOdds, logOdds });
  });

  it('keeps the laws: mean <= max <= noisy-or in log-odds, and no window order matters', () => {
    fc.assert(
      fc.property(fc.array(window, { minLength: 2, maxLength: 6 }), (windows) => {
        const pool = (pooling: WindowPooling, rows: readonly (readonly number[])[]): number =>
          poolWindowLogits(Float32Array.from(rows.flat()), 3, { outputs, pooling }).logOdds;
        const [max, mean, noisyOr] = poolings.map((pooling) => pool(pooling, windows)) as [number, number, number];
        expect(mean).toBeLessThanOrEqual(max + 1e-9);
        expect(max).toBeLessThanOrEqual(noisyOr + 1e-6);
        expect(Number.isFinite(noisyOr)).toBe(true);
        for (const pooling of poolings) {
          expect(pool(pooling, windows.toReversed())).toBeCloseTo(pool(pooling, windows), 5);
        }
      }),
    );
  });
});

describe('averageLogits', () => {
  it('is the mean of each', () => {
    const logits = [
      { entailment: 1, logOdds: -2 },
      { entailment: 3, logOdds: 4 },
    ];
    expect(averageLogits(logits)).toEqual({ entailment: 2, logOdds: 1 });
  });
});
