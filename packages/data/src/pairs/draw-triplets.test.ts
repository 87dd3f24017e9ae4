import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createRandomGenerator } from '@polyhead/numerics';
import { drawTriplets } from './draw-triplets.ts';
import { equalClasses, labelledTargets, seeds, shareLabel, toMultiLabel } from './targets.test-support.ts';
import { countRows } from '../select-rows.ts';
import { expectError } from '../temporary-file.test-support.ts';

it('draws one right triplet for every row that has a partner and an opposite, and the same for the same seed', () => {
  fc.assert(
    fc.property(labelledTargets, seeds, (targets, seed) => {
      const triplets = drawTriplets(targets, createRandomGenerator(seed));
      const rows = [...Array(countRows(targets)).keys()];
      const expected = rows.filter((row) => {
        const others = rows.filter((other) => other !== row);
        const alike = others.filter((other) => shareLabel(targets, row, other));
        return alike.length > 0 && alike.length < others.length;
      });
      expect(triplets.map(({ anchor }) => anchor).sort((first, second) => first - second)).toEqual(expected);
      for (const { anchor, positive, negative } of triplets) {
        expect(positive).not.toBe(anchor);
        expect(shareLabel(targets, anchor, positive)).toBe(true);
        expect(negative).not.toBe(anchor);
        expect(shareLabel(targets, anchor, negative)).toBe(false);
      }
      expect(drawTriplets(targets, createRandomGenerator(seed))).toEqual(triplets);
    }),
  );
});

it('draws partners and opposites evenly from all rows, whatever the sizes of their groups', () => {
  const targets = toMultiLabel([[1, 0, 0], [1, 1, 0], [1, 1, 0], [1, 1, 0], [0, 0, 1], [0, 1, 0], [0, 1, 0]]); // prettier-ignore
  const random = createRandomGenerator(9);
  const drawn = Array.from({ length: 3000 }, () => drawTriplets(targets, random).find(({ anchor }) => anchor === 0));
  const share = (wanted: (triplet: (typeof drawn)[number]) => boolean): number => drawn.filter(wanted).length / 3000;
  for (const row of [1, 2, 3]) expect(share((triplet) => triplet?.positive === row)).toBeCloseTo(1 / 3, 1);
  for (const row of [4, 5, 6]) expect(share((triplet) => triplet?.negative === row)).toBeCloseTo(1 / 3, 1);
});

it('draws from a hundred thousand rows', () => {
  expect(drawTriplets(equalClasses(2, 50_000), createRandomGenerator(1))).toHaveLength(100_000);
});

it('refuses regression', async () => {
  const targets = { task: 'regression', labels: ['x'], values: Float64Array.of(1, 2) } as const;
  await expectError('TASK_UNSUPPORTED', () => drawTriplets(targets, createRandomGenerator(1)));
});
