import fc from 'fast-check';
import { hasErrorCode } from '@polyhead/types';
import { describe, expect, it } from 'vitest';
import { applyActivation } from './apply-activation.ts';
import { toHeadPredictions } from './head-predictions.ts';

const labels = ['b', 'a', 'constructor'];

function matrix(rows: readonly (readonly number[])[]): { data: Float32Array; rows: number; columns: number } {
  return { data: Float32Array.from(rows.flat()), rows: rows.length, columns: rows[0]?.length ?? 0 };
}

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    for (const code of ['SHAPE_MISMATCH', 'INVALID_ARGUMENT', 'UNKNOWN_LABEL', 'TASK_UNSUPPORTED'] as const) {
      if (hasErrorCode(error, code)) return code;
    }
  }
  return 'none';
}

describe('toHeadPredictions', () => {
  it('single-label: the best label, all ranked, ties in the order of the head', () => {
    const [first, second] = toHeadPredictions({
      head: { task: 'single-label', labels },
      scores: matrix([
        [0.25, 0.5, 0.25],
        [0.375, 0.375, 0.25],
      ]),
      topK: 2,
    });
    expect(first).toEqual({
      task: 'single-label',
      label: 'a',
      score: 0.5,
      scores: [
        { label: 'a', score: 0.5 },
        { label: 'b', score: 0.25 },
      ],
    });
    expect(second).toMatchObject({ label: 'b' });
  });

  it('single-label: no label where the best one is below the limit, with scores all the same', () => {
    const head = { task: 'single-label', labels } as const;
    const scores = matrix([
      [0.25, 0.5, 0.25],
      [0.125, 0.625, 0.25],
    ]);
    const answers = (abstainBelow: number): unknown[] =>
      toHeadPredictions({ head, scores, abstainBelow }).map((prediction) =>
        prediction.task === 'single-label' ? prediction.label : prediction,
      );
    expect(answers(0)).toEqual(['a', 'a']);
    expect(answers(0.5)).toEqual(['a', 'a']);
    expect(answers(0.6)).toEqual([null, 'a']);
    expect(answers(1)).toEqual([null, null]);
    const [first] = toHeadPredictions({ head, scores, abstainBelow: 0.6, topK: 1 });
    expect(first).toEqual({ task: 'single-label', label: null, score: 0.5, scores: [{ label: 'a', score: 0.5 }] });
  });

  it('refuses to abstain where that means nothing', () => {
    const scores = matrix([[0, 0, 0]]);
    const abstaining = (task: 'single-label' | 'multi-label', abstainBelow: number): string =>
      codeOf(() => toHeadPredictions({ head: { task, labels }, scores, abstainBelow }));
    expect(abstaining('multi-label', 0.5)).toBe('TASK_UNSUPPORTED');
    expect(abstaining('single-label', 1.5)).toBe('INVALID_ARGUMENT');
    expect(abstaining('single-label', Number.NaN)).toBe('INVALID_ARGUMENT');
  });

  it('multi-label: labels at or above their thresholds, 0.5 where there is none', () => {
    const [prediction] = toHeadPredictions({
      head: { task: 'multi-label', labels },
      scores: matrix([[0.25, 0.5, 0.75]]),
      thresholds: { b: 0.25, a: 0.625 },
    });
    expect(prediction).toEqual({
      task: 'multi-label',
      labels: ['constructor', 'b'],
      scores: [
        { label: 'constructor', score: 0.75, threshold: 0.5 },
        { label: 'a', score: 0.5, threshold: 0.625 },
        { label: 'b', score: 0.25, threshold: 0.25 },
      ],
    });
  });

  it('multi-label: may assign none', () => {
    const [prediction] = toHeadPredictions({ head: { task: 'multi-label', labels }, scores: matrix([[0, 0.1, 0.4]]) });
    expect(prediction).toMatchObject({ labels: [] });
  });

  it('regression: the value', () => {
    const scores = matrix([[1.5], [-2]]);
    expect(toHeadPredictions({ head: { task: 'regression', labels: ['value'] }, scores })).toEqual([
      { task: 'regression', value: 1.5 },
      { task: 'regression', value: -2 },
    ]);
  });

  it('refuses scores of another head, a topK of 0 and thresholds of unknown labels', () => {
    const head = { task: 'multi-label', labels } as const;
    const scores = matrix([[0, 0, 0]]);
    expect(codeOf(() => toHeadPredictions({ head, scores: matrix([[0, 0]]) }))).toBe('SHAPE_MISMATCH');
    expect(codeOf(() => toHeadPredictions({ head, scores, topK: 0 }))).toBe('INVALID_ARGUMENT');
    expect(codeOf(() => toHeadPredictions({ head, scores, thresholds: { c: 0.1 } }))).toBe('UNKNOWN_LABEL');
  });
});

describe('applyActivation', () => {
  const finite = fc.float({ noNaN: true, min: -1e6, max: 1e6 });

  it('softmax rows sum to 1 for any logits, and ignore a shift', () => {
    fc.assert(
      fc.property(fc.array(finite, { minLength: 2, maxLength: 6 }), (row) => {
        const { data } = applyActivation(matrix([row]), 'softmax');
        expect(data.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5);
        const top = row.indexOf(Math.max(...row));
        expect(data[top]).toBe(Math.max(...data));
      }),
    );
  });

  it('sigmoid lies in [0, 1] and is symmetric', () => {
    fc.assert(
      fc.property(finite, (value) => {
        const { data } = applyActivation(matrix([[value, -value]]), 'sigmoid');
        expect((data[0] ?? 0) + (data[1] ?? 0)).toBeCloseTo(1, 6);
      }),
    );
  });

  it('normalized-sigmoid divides by the sum; a row of zeros becomes uniform', () => {
    const { data } = applyActivation(
      matrix([
        [0, 0],
        [-1000, -1000],
        [1000, 0],
      ]),
      'normalized-sigmoid',
    );
    expect([...data]).toEqual([0.5, 0.5, 0.5, 0.5, Math.fround(2 / 3), Math.fround(1 / 3)]);
  });

  it('leaves the logits as they are', () => {
    const logits = matrix([[1, 2]]);
    applyActivation(logits, 'softmax');
    applyActivation(logits, 'identity').data.fill(0);
    expect([...logits.data]).toEqual([1, 2]);
  });
});
