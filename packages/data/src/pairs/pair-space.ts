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

/** The pairs between two groups, or inside one. */
interface Block {
  readonly first: Int32Array;
  /** Undefined for pairs inside one group. */
  readonly second: Int32Array | undefined;
  readonly start: number;
}

/**
 * The pairs of rows that share a label, or of those that do not. Memory grows with the number of pairs of groups of equal
 * labels, not with that of rows: a pair is computed from its number.
 */
export function createPairSpace(groups: RowGroups, { alike, identity = false }: PairSpaceOptions): PairSpace {
  const blocks: Block[] = [];
  let count = 0;
  groups.rows.forEach((first, group) => {
    for (let other = group; other < groups.rows.length; other += 1) {
      if (groups.alike(group, other) !== alike) continue;
      const second = other === group ? undefined : groups.rows[other];
      const size = second === undefined ? triangle(first.length, identity) : first.length * second.length;
      if (size === 0) continue;
      blocks.push({ first, second, start: count });
      count += size;
    }
  });
  return {
    count,
    at(index) {
      const block = findBlock(blocks, index);
      if (block === undefined)
        throw new PolyheadError('INTERNAL', { message: `There is no pair ${index} of ${count}.` });
      return pairOf(block, index - block.start, identity);
    },
  };
}

function triangle(rows: number, identity: boolean): number {
  return (rows * (identity ? rows + 1 : rows - 1)) / 2;
}

/** The last block that starts at or before an index. */
function findBlock(blocks: readonly Block[], index: number): Block | undefined {
  let [low, high] = [0, blocks.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((blocks[middle]?.start ?? 0) <= index) low = middle;
    else high = middle - 1;
  }
  return blocks[low];
}

function pairOf({ first, second }: Block, index: number, identity: boolean): RowPair {
  if (second !== undefined) {
    const row = Math.floor(index / second.length);
    return { first: first[row] ?? -1, second: second[index % second.length] ?? -1 };
  }
  // Inside a group, pair t of rows i < j (or i <= j) is the one with t = i + j (j - 1) / 2 (or j (j + 1) / 2).
  const shift = identity ? 0 : 1;
  let column = Math.floor((Math.sqrt(8 * index + 1) - 1) / 2);
  // The root may be off by one for large numbers.
  while ((column * (column + 1)) / 2 > index) column -= 1;
  while (((column + 1) * (column + 2)) / 2 <= index) column += 1;
  const row = index - (column * (column + 1)) / 2;
  return { first: first[row] ?? -1, second: first[column + shift] ?? -1 };
}
