import fc from 'fast-check';
import { expect, test } from 'vitest';
import { groupRows } from './row-groups.ts';
import { labelledTargets, shareLabel, toMultiLabel } from './targets.test-support.ts';
import { countRows, labelsOfRow } from '../select-rows.ts';
import { expectError } from '../temporary-file.test-support.ts';

test('rows are in one group exactly if they have the same labels, and groups are alike if their rows are', () => {
  fc.assert(
    fc.property(labelledTargets, (targets) => {
      const { groupOf, rows, alike } = groupRows(targets);
      const all = [...Array(countRows(targets)).keys()];
      expect(rows.flatMap((group) => [...group]).sort((first, second) => first - second)).toEqual(all);
      for (const group of rows) expect([...group]).toEqual([...group].sort((first, second) => first - second));
      for (const first of all) {
        expect(rows[groupOf[first] ?? -1]).toContain(first);
        for (const second of all) {
          const same = labelsOfRow(targets, first).join() === labelsOfRow(targets, second).join();
          expect(groupOf[first] === groupOf[second]).toBe(same);
          expect(alike(groupOf[first] ?? -1, groupOf[second] ?? -1)).toBe(shareLabel(targets, first, second));
        }
      }
    }),
  );
});

test('rows without labels belong with nobody, not even with each other', () => {
  const { groupOf, alike } = groupRows(toMultiLabel([[0, 0, 0], [1, 0, 0], [0, 0, 0]])); // prettier-ignore
  expect([...groupOf]).toEqual([0, 1, 0]);
  expect([alike(0, 0), alike(0, 1), alike(1, 1)]).toEqual([false, false, true]);
});

test('refuses regression', async () => {
  const values = Float64Array.of(1, 2);
  await expectError('TASK_UNSUPPORTED', () => groupRows({ task: 'regression', labels: ['x'], values }));
});
