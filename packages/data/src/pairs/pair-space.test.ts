import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createPairSpace, type PairSpace } from './pair-space.ts';
import { groupRows } from './row-groups.ts';
import { equalClasses, labelledTargets, shareLabel } from './targets.test-support.ts';
import { countRows } from '../select-rows.ts';
import { expectError } from '../temporary-file.test-support.ts';

/** All pairs as `i-j` with i <= j, sorted. */
function listPairs(space: PairSpace): string[] {
  return Array.from({ length: space.count }, (_, index) => {
    const { first, second } = space.at(index);
    return `${Math.min(first, second)}-${Math.max(first, second)}`;
  }).sort();
}

test('holds every pair of its kind once and no other, of both tasks, with and without pairs of a row with itself', () => {
  fc.assert(
    fc.property(labelledTargets, fc.boolean(), fc.boolean(), (targets, alike, identity) => {
      const expected: string[] = [];
      for (let first = 0; first < countRows(targets); first += 1) {
        for (let second = identity ? first : first + 1; second < countRows(targets); second += 1) {
          if (shareLabel(targets, first, second) === alike) expected.push(`${first}-${second}`);
        }
      }
      const space = createPairSpace(groupRows(targets), { alike, identity });
      expect(space.count).toBe(expected.length);
      expect(listPairs(space)).toEqual(expected.sort());
    }),
  );
});

test('counts what formulas say for many rows, and computes pairs from both ends', () => {
  const groups = groupRows(equalClasses(2, 50_000));
  const alike = createPairSpace(groups, { alike: true });
  const unlike = createPairSpace(groups, { alike: false });
  expect(alike.count).toBe(50_000 * 49_999);
  expect(unlike.count).toBe(50_000 ** 2);
  expect(alike.at(0)).toEqual({ first: 0, second: 2 });
  expect(alike.at(alike.count - 1)).toEqual({ first: 99_997, second: 99_999 });
  expect(unlike.at(0)).toEqual({ first: 0, second: 1 });
  expect(unlike.at(unlike.count - 1)).toEqual({ first: 99_998, second: 99_999 });
});

test('numbers neighbouring pairs of a large group rightly, where square roots are rounded', () => {
  const size = 100_000;
  const groups = groupRows(equalClasses(1, size));
  for (const identity of [false, true]) {
    const space = createPairSpace(groups, { alike: true, identity });
    for (const last of [1, 2, 3, 46_341, 65_536, 94_907, size - 1]) {
      const end = identity ? (last * (last + 1)) / 2 + last : (last * (last - 1)) / 2 + last - 1;
      expect(space.at(end)).toEqual({ first: identity ? last : last - 1, second: last });
      if (last < size - 1) expect(space.at(end + 1)).toEqual({ first: 0, second: last + 1 });
    }
  }
});

test('there are no pairs beyond the last', async () => {
  const space = createPairSpace(groupRows(equalClasses(2, 3)), { alike: true });
  await expectError('INTERNAL', () => space.at(space.count));
});
