import { describe, expect, it } from 'vitest';
import { compareEmbeddings, median, pairedRatios, slopeOf, spreadOf } from './statistics.ts';

describe('statistics', () => {
  it('finds the median of odd and even counts without changing the input', () => {
    const values = [3, 10, 1];
    expect(median(values)).toBe(3);
    expect(values).toEqual([3, 10, 1]);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([])).toBeNaN();
  });

  it('gives the spread', () => {
    expect(spreadOf([2, 9, 4])).toEqual({ median: 4, minimum: 2, maximum: 9 });
  });

  it('compares contestants round by round', () => {
    expect(pairedRatios([4, 9], [2, 3])).toEqual([2, 3]);
    expect(pairedRatios([4], [])).toEqual([NaN]);
  });

  it('finds the slope of a line, and 0 for a single place', () => {
    const line = [
      [0, 1],
      [1, 3],
      [2, 5],
    ] as const;
    expect(slopeOf(line)).toBeCloseTo(2, 12);
    expect(slopeOf([[1, 1], [1, 5]])).toBe(0); // prettier-ignore
  });

  it('compares embeddings row by row', () => {
    const left = Float32Array.of(1, 0, 0, 1);
    expect(compareEmbeddings(left, left, 2)).toEqual({ maximumDifference: 0, minimumCosine: 1 });
    const { maximumDifference, minimumCosine } = compareEmbeddings(left, Float32Array.of(1, 0, 1, 0), 2);
    expect(maximumDifference).toBe(1);
    expect(minimumCosine).toBe(0);
    expect(compareEmbeddings(left, Float32Array.of(1, 0, 0, NaN), 2).maximumDifference).toBeNaN();
  });
});
