import type { Matrix, SingleLabelTargets } from '@polyhead/types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluateSingleLabel } from '../evaluation/evaluate-single-label.ts';
import { chooseAbstention } from './choose-abstention.ts';
import { selectiveAccuracy } from './selective-accuracy.ts';

interface Rows {
  readonly targets: SingleLabelTargets;
  readonly scores: Matrix;
}

/** Two classes; each row has the probability of the first one and the class that is true. */
function toRows(rows: readonly (readonly [number, number])[]): Rows {
  return {
    targets: { task: 'single-label', labels: ['a', 'b'], classIndices: Int32Array.from(rows, ([, truth]) => truth) },
    scores: { data: Float32Array.from(rows.flatMap(([first]) => [first, 1 - first])), rows: rows.length, columns: 2 },
  };
}

const rows = toRows([
  [0.95, 0],
  [0.9, 0],
  [0.75, 1],
  [0.75, 0],
  [0.6, 0],
  [0.55, 1],
]);

describe('chooseAbstention', () => {
  it('answers as many rows as the accuracy allows, rows of the same confidence together', () => {
    expect(chooseAbstention({ ...rows, accuracy: 0.9 }).chosen).toEqual({
      threshold: Math.fround(0.9),
      coverage: 2 / 6,
      accuracy: 1,
    });
    expect(chooseAbstention({ ...rows, accuracy: 0.8 }).chosen).toEqual({
      threshold: Math.fround(0.6),
      coverage: 5 / 6,
      accuracy: 0.8,
    });
  });

  it('answers all rows where that is accurate enough', () => {
    expect(chooseAbstention({ ...rows, accuracy: 0.5 }).chosen).toEqual({
      threshold: 0,
      coverage: 1,
      accuracy: 4 / 6,
    });
  });

  it('chooses nothing where no threshold is accurate enough, and tells the best', () => {
    const wrong = toRows([
      [0.9, 1],
      [0.8, 0],
    ]);
    const { chosen, best } = chooseAbstention({ ...wrong, accuracy: 0.9 });
    expect(chosen).toBeUndefined();
    expect(best).toEqual({ threshold: 0, coverage: 1, accuracy: 0.5 });
  });

  it('keeps what it promises, and no smaller threshold would', () => {
    const row = fc.tuple(fc.integer({ min: 10, max: 20 }), fc.integer({ min: 0, max: 1 }));
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 1, maxLength: 30 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (list, accuracy) => {
          const data = toRows(list.map(([score, truth]) => [score / 20, truth]));
          const confidence = list.map(([score]) => Math.fround(score / 20));
          // Equal scores are decided for the first class.
          const correct = list.map(([, truth]) => 1 - truth);
          const accurate = [0, ...confidence].filter(
            (threshold) => selectiveAccuracy({ confidence, correct }, threshold).accuracy >= accuracy,
          );
          const { chosen, best } = chooseAbstention({ ...data, accuracy });
          expect(chosen?.coverage).toBe(
            accurate.length === 0
              ? undefined
              : selectiveAccuracy({ confidence, correct }, Math.min(...accurate)).coverage,
          );
          for (const choice of [best, ...(chosen === undefined ? [] : [chosen])]) {
            const { threshold, coverage, accuracy: reached } = choice;
            expect(selectiveAccuracy({ confidence, correct }, threshold)).toEqual({ coverage, accuracy: reached });
          }
        },
      ),
    );
  });

  it('refuses an accuracy that is no share', () => {
    expect(() => chooseAbstention({ ...rows, accuracy: 95 })).toThrow('"accuracy" is 95');
  });
});

describe('an evaluation', () => {
  it('tells coverage and the accuracy of what is answered, and counts all rows elsewhere', () => {
    const evaluation = evaluateSingleLabel({ ...rows, abstainBelow: 0.85 });
    expect(evaluation).toMatchObject({ coverage: 2 / 6, answered_accuracy: 1, accuracy: 4 / 6 });
    expect(evaluateSingleLabel({ ...rows, abstainBelow: 1 })).toMatchObject({ coverage: 0, answered_accuracy: null });
    expect(evaluateSingleLabel(rows)).not.toHaveProperty('coverage');
  });

  it('tells figures before calibration beside those after', () => {
    const sharp = { ...rows.scores, data: rows.scores.data.map((score) => (score > 0.5 ? 1 : 0)) };
    const evaluation = evaluateSingleLabel({ ...rows, uncalibrated: sharp });
    const before = evaluateSingleLabel({ ...rows, scores: sharp });
    expect(evaluation.ece).toBe(evaluateSingleLabel(rows).ece);
    expect(evaluation.ece_uncalibrated).toBe(before.ece);
    expect(evaluation.log_loss_uncalibrated).toBe(before.log_loss);
    expect(evaluateSingleLabel(rows)).not.toHaveProperty('ece_uncalibrated');
  });
});
