import type { RandomGenerator, Targets } from '@polyhead/types';
import { groupRows } from './row-groups.ts';

/** A row, one that shares a label with it, and one that does not. */
export interface DrawnTriplet {
  readonly anchor: number;
  readonly positive: number;
  readonly negative: number;
}

/**
 * A triplet for every row that has both a partner and an opposite, in random order: partners and opposites are drawn evenly
 * from all that there are.
 * @throws {PolyheadError} TASK_UNSUPPORTED for regression
 */
export function drawTriplets(targets: Targets, random: RandomGenerator): DrawnTriplet[] {
  const groups = groupRows(targets);
  const { groupOf, rows } = groups;
  const partners = rows.map((_, group) => rows.filter((_rows, other) => groups.alike(group, other)));
  const opposites = rows.map((_, group) => rows.filter((_rows, other) => !groups.alike(group, other)));
  const order = random.shuffle(Int32Array.from(groupOf.keys()));
  return Array.from(order).flatMap((anchor) => {
    const group = groupOf[anchor] ?? -1;
    const own = rows[group];
    const positive = drawRow(partners[group] ?? [], random, { anchor, own });
    const negative = drawRow(opposites[group] ?? [], random, { anchor, own });
    return positive === undefined || negative === undefined ? [] : [{ anchor, positive, negative }];
  });
}

/** A row of some groups, each row as likely as any other, but not the anchor, whose own group may be among them. */
function drawRow(
  groups: readonly Int32Array[],
  random: RandomGenerator,
  { anchor, own }: { readonly anchor: number; readonly own: Int32Array | undefined },
): number | undefined {
  const count = groups.reduce((sum, { length }) => sum + length, 0);
  const holdsAnchor = groups.some((group) => group === own);
  if (count - (holdsAnchor ? 1 : 0) < 1) return undefined;
  for (;;) {
    const row = rowAt(groups, random.integer(count));
    if (row !== anchor) return row;
  }
}

function rowAt(groups: readonly Int32Array[], place: number): number | undefined {
  let rest = place;
  for (const group of groups) {
    if (rest < group.length) return group[rest];
    rest -= group.length;
  }
  return undefined;
}
