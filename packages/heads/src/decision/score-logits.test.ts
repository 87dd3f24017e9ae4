import type { Activation, Matrix, Task } from '@polyhead/types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyActivation } from './apply-activation.ts';
import { hasTemperature, scoreLogits, toScalableLogits } from './score-logits.ts';

const matrix = (row: readonly number[]): Matrix => ({ data: Float32Array.from(row), rows: 1, columns: row.length });
const logits = fc.array(fc.float({ min: -30, max: 30, noNaN: true }), { minLength: 2, maxLength: 8 });
const probabilities = fc.array(fc.float({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 8 });
const temperature = fc.double({ min: 0.01, max: 100, noNaN: true });

const singleLabel: readonly Activation[] = ['softmax', 'sigmoid', 'normalized-sigmoid'];

describe('scoreLogits', () => {
  it.each(singleLabel)('%s: never changes which label is best, and adds up to 1', (activation) => {
    fc.assert(
      fc.property(logits, temperature, (row, at) => {
        const { data } = scoreLogits(matrix(row), { task: 'single-label', activation }, at);
        const best = Math.max(...Float32Array.from(row));
        expect(data.indexOf(Math.max(...data))).toBeLessThanOrEqual(
          row.findIndex((value) => Math.fround(value) === best),
        );
        expect(data[row.findIndex((value) => Math.fround(value) === best)]).toBe(Math.max(...data));
        expect(data.reduce((sum, score) => sum + score, 0)).toBeCloseTo(1, 5);
      }),
    );
  });

  it('is what it was at a temperature of 1, to the bit', () => {
    fc.assert(
      fc.property(logits, fc.constantFrom(...singleLabel), (row, activation) => {
        const head = { task: 'single-label', activation } as const;
        expect(scoreLogits(matrix(row), head)).toEqual(applyActivation(matrix(row), activation));
        expect(scoreLogits(matrix(row), head, 1)).toEqual(applyActivation(matrix(row), activation));
      }),
    );
  });

  it.each<[Task, Activation]>([
    ['single-label', 'softmax'],
    ['single-label', 'normalized-sigmoid'],
    ['multi-label', 'sigmoid'],
  ])('%s, %s: goes over into what it was as the temperature goes to 1', (task, activation) => {
    fc.assert(
      fc.property(logits, (row) => {
        const near = scoreLogits(matrix(row), { task, activation }, 1 + 1e-9);
        const before = applyActivation(matrix(row), activation);
        near.data.forEach((score, index) => {
          expect(score).toBeCloseTo(before.data[index] ?? NaN, 6);
        });
      }),
    );
  });

  it('multi-label: never changes which labels are above 0.5', () => {
    fc.assert(
      fc.property(logits, temperature, (row, at) => {
        const { data } = scoreLogits(matrix(row), { task: 'multi-label', activation: 'sigmoid' }, at);
        data.forEach((score, index) => {
          if ((row[index] ?? 0) < -1e-3) expect(score).toBeLessThanOrEqual(0.5);
          if ((row[index] ?? 0) >= 0) expect(score).toBeGreaterThanOrEqual(0.5);
        });
      }),
    );
  });

  it('works on the logarithms of probabilities where a head gives nothing else', () => {
    fc.assert(
      fc.property(probabilities, temperature, (row, at) => {
        const single = scoreLogits(matrix(row), { task: 'single-label', activation: 'identity' }, at);
        expect(single.data.reduce((sum, score) => sum + score, 0)).toBeCloseTo(1, 5);
        const several = scoreLogits(matrix(row), { task: 'multi-label', activation: 'identity' }, at);
        expect(several.data.every((score) => score >= 0 && score <= 1)).toBe(true);
      }),
    );
    const even = scoreLogits(matrix([0.8, 0.2]), { task: 'single-label', activation: 'identity' }, 2);
    expect((even.data[0] ?? 0) / (even.data[1] ?? 0)).toBeCloseTo(2, 5);
    const odds = scoreLogits(matrix([0.8]), { task: 'multi-label', activation: 'identity' }, 2);
    expect(odds.data[0]).toBeCloseTo(2 / 3, 5);
  });

  it('refuses temperatures that are none, and heads that have none', () => {
    const softmax = { task: 'single-label', activation: 'softmax' } as const;
    for (const at of [0, -1, Number.NaN, Infinity]) {
      expect(() => scoreLogits(matrix([1, 2]), softmax, at)).toThrow('The temperature is');
    }
    for (const head of [
      { task: 'regression', activation: 'identity' },
      { task: 'multi-label', activation: 'softmax' },
    ] as const) {
      expect(hasTemperature(head)).toBe(false);
      expect(() => toScalableLogits(matrix([1]), head)).toThrow('have no temperature');
    }
  });
});
