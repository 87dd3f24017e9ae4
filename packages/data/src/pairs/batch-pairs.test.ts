import fc from 'fast-check';
import { expect, it } from 'vitest';
import { allPairs, createLikeness, toGroupBatch } from './batch-pairs.ts';
import { labelledTargets, shareLabel, toSingleLabel } from './targets.test-support.ts';
import { countRows } from '../select-rows.ts';

const allRows = (count: number): Int32Array => Int32Array.from(Array(count).keys());

it('has every pair of positions once; kinds weigh half each, or all pairs the same if there is one kind', () => {
  fc.assert(
    fc.property(labelledTargets, (targets) => {
      const rows = allRows(countRows(targets)).reverse();
      const { first, second, targets: alike, weights } = allPairs(rows, createLikeness(targets));
      expect(first.length).toBe(Math.max(0, (rows.length * (rows.length - 1)) / 2));
      expect(new Set(Array.from(first, (left, pair) => `${left} ${second[pair]}`)).size).toBe(first.length);
      first.forEach((left, pair) => {
        const right = second[pair] ?? -1;
        expect(left).toBeLessThan(right);
        expect(shareLabel(targets, rows[left] ?? -1, rows[right] ?? -1)).toBe(alike[pair] === 1);
      });
      if (new Set(alike).size < 2) {
        expect(weights).toBeUndefined();
        return;
      }
      for (const kind of [0, 1]) {
        const own = Array.from(weights ?? []).filter((_, pair) => alike[pair] === kind);
        expect(own.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(0.5, 5);
        expect(new Set(own).size).toBe(1);
      }
    }),
  );
});

it('gives a group batch that is symmetric, without anybody beside itself', () => {
  fc.assert(
    fc.property(labelledTargets, (targets) => {
      const count = countRows(targets);
      const { alike } = toGroupBatch(allRows(count), createLikeness(targets));
      for (let first = 0; first < count; first += 1) {
        for (let second = 0; second < count; second += 1) {
          const expected = first !== second && shareLabel(targets, first, second) ? 1 : 0;
          expect(alike[first * count + second]).toBe(expected);
        }
      }
    }),
  );
});

it('has no pairs of one row or none', () => {
  const likeness = createLikeness(toSingleLabel([0, 1]));
  for (const count of [0, 1]) {
    const { first, weights } = allPairs(allRows(count), likeness);
    expect([first.length, weights]).toEqual([0, undefined]);
  }
});

it('finds numbers the less alike the further they are apart, and equal numbers wholly alike', () => {
  const value = fc.double({ min: -1e6, max: 1e6, noNaN: true });
  fc.assert(
    fc.property(fc.array(value, { minLength: 3, maxLength: 20 }), (values) => {
      const likeness = createLikeness({ task: 'regression', labels: ['x'], values: Float64Array.from(values) });
      const [least, most] = [Math.min(...values), Math.max(...values)];
      expect(likeness(values.indexOf(least), values.indexOf(most))).toBeCloseTo(least === most ? 1 : 0, 9);
      for (const [first, one] of values.entries()) {
        expect(likeness(first, first)).toBe(1);
        for (const [second, other] of values.entries()) {
          expect(likeness(first, second)).toBe(likeness(second, first));
          expect(likeness(first, second)).toBeGreaterThanOrEqual(0);
          if (Math.abs(one - other) > Math.abs(one - (values[0] ?? 0))) {
            expect(likeness(first, second)).toBeLessThanOrEqual(likeness(first, 0));
          }
        }
      }
    }),
  );
});

it('weighs pairs of numbers all the same, and takes the range of any number of rows', () => {
  const values = Float64Array.from({ length: 300_000 }, (_, row) => row);
  const likeness = createLikeness({ task: 'regression', labels: ['x'], values });
  expect(likeness(0, 299_999)).toBe(0);
  expect(likeness(1000, 1000)).toBe(1);
  expect(allPairs(Int32Array.of(0, 150_000, 299_999), likeness).weights).toBeUndefined();
});
