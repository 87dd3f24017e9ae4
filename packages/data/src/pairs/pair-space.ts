import { PolyheadError } from '@polyhead/types';
import type { RowGroups } from './row-groups.ts';

/** Two rows; `first` is never after `second` in the order of their groups. */
export interface RowPair {
  readonly first: number;
  readonly second: number;
}

/** All pairs of a kind, counted and numbered without being listed. */
export interface PairSpace {
  readonly count: number;
  /** @param index from 0 to below `count` */
  at(index: number): RowPair;
}

/** Which pairs a {@link PairSpace} holds. */
export interface PairSpaceOptions {
  /** True for pairs of rows that share a label, false for the others. */
  readonly alike: boolean;
  /** Whether a row is paired with itself too. @default false */
  readonly identity?: boolean;
}

/**
 * The pairs of rows that share a label, or of those that do not. Memory grows with the number of groups of equal labels, not
 * with that of pairs: a pair is computed from its number.
 */
export function createPairSpace(groups: RowGroups, { alike, identity = false }: PairSpaceOptions): PairSpace {
  const { rows } = groups;
  const sizeOf = (group: number, other: number): number => {
    if (groups.alike(group, other) !== alike) return 0;
    const size = rows[group]?.length ?? 0;
    return group === other ? triangle(size, identity) : size * (rows[other]?.length ?? 0);
  };
  /** How many pairs begin in the groups before each. */
  const starts: number[] = [];
  let count = 0;
  for (const group of rows.keys()) {
    starts.push(count);
    for (let other = group; other < rows.length; other += 1) count += sizeOf(group, other);
  }
  return {
    count,
    at(index) {
      const group = findLast(starts, index);
      let rest = index - (starts[group] ?? 0);
      for (let other = group; other < rows.length; other += 1) {
        const size = sizeOf(group, other);
        if (rest < size) return pairOf([rows[group], other === group ? undefined : rows[other]], rest, identity);
        rest -= size;
      }
      throw new PolyheadError('INTERNAL', { message: `There is no pair ${index} of ${count}.` });
    },
  };
}

function triangle(rows: number, identity: boolean): number {
  return (rows * (identity ? rows + 1 : rows - 1)) / 2;
}

/** The place of the last of ascending numbers that is not above a value. */
function findLast(starts: readonly number[], value: number): number {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** A pair of rows of two groups, or of one if there is no second. */
function pairOf(
  [first, second]: readonly [Int32Array | undefined, Int32Array | undefined],
  index: number,
  identity: boolean,
): RowPair {
  if (second !== undefined) {
    const row = Math.floor(index / second.length);
    return { first: first?.[row] ?? -1, second: second[index % second.length] ?? -1 };
  }
  // Inside a group, pair t of rows i < j (or i <= j) is the one with t = i + j (j - 1) / 2 (or j (j + 1) / 2).
  const shift = identity ? 0 : 1;
  let column = Math.floor((Math.sqrt(8 * index + 1) - 1) / 2);
  // The root may be off by one for large numbers.
  while ((column * (column + 1)) / 2 > index) column -= 1;
  while (((column + 1) * (column + 2)) / 2 <= index) column += 1;
  const row = index - (column * (column + 1)) / 2;
  return { first: first?.[row] ?? -1, second: first?.[column + shift] ?? -1 };
}
