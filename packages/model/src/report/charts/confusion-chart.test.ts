import { describe, expect, it } from 'vitest';
import type { ConfusionMatrix } from '../../evaluation.ts';
import { renderConfusionChart, toConfusedPairs, toReadableMatrix } from './confusion-chart.ts';

/** `a` and `b` are confused with each other most; texts of `a` are also taken for `c` and `d`, which have few mistakes. */
const matrix: ConfusionMatrix = {
  labels: ['a', 'b', 'c', 'd'],
  counts: [
    [5, 1, 7, 7],
    [30, 10, 0, 0],
    [0, 0, 4, 0],
    [0, 0, 0, 4],
  ],
};

describe('a confusion matrix that is cut to the labels with the most mistakes', () => {
  const cut = toReadableMatrix(matrix, 2);

  it('keeps the labels with the most mistakes', () => {
    expect(cut).toMatchObject({
      labels: ['a', 'b'],
      counts: [
        [5, 1],
        [30, 10],
      ],
    });
  });

  it('shows shares of all texts of a label, also of those taken for labels that are not shown', () => {
    const chart = renderConfusionChart(cut).markup;
    expect(chart).toContain('a: 5 right (25 %)');
    expect(chart).toContain('a, predicted as b: 1 (5.0 %)');
    expect(chart).toContain('b: 10 right (25 %)');
  });

  it('has the shares that the pairs of the whole matrix have', () => {
    expect(toConfusedPairs(cut, 9)).toEqual(
      toConfusedPairs(matrix, 9).filter(({ predicted }) => cut.labels.includes(predicted)),
    );
  });

  it('is the same one if it is small enough', () => {
    expect(toReadableMatrix(matrix, 4)).toBe(matrix);
  });
});
