import type { GroupBatch, PairBatch, Targets } from '@polyhead/types';
import { groupRows } from './row-groups.ts';

/** How alike two rows are: 1 if they share a label, else 0; for numbers, 1 minus their distance as a share of the range. */
export type Likeness = (first: number, second: number) => number;

/** How alike rows are by their targets. */
export function createLikeness(targets: Targets): Likeness {
  if (targets.task === 'regression') {
    const { values } = targets;
    // Not Math.max(...values): a call does not take as many arguments as a large file has rows.
    const largest = values.reduce((most, value) => Math.max(most, value), -Infinity);
    const range = largest - values.reduce((least, value) => Math.min(least, value), Infinity);
    return (first, second) => (range === 0 ? 1 : 1 - Math.abs((values[first] ?? 0) - (values[second] ?? 0)) / range);
  }
  const groups = groupRows(targets);
  return (first, second) => (groups.alike(groups.groupOf[first] ?? -1, groups.groupOf[second] ?? -1) ? 1 : 0);
}

/**
 * All pairs of the rows of a batch. Alike and unlike pairs each have half of the weight, however many there are of them. Where
 * some pairs are neither, as with numbers, or all are of one kind, all weigh the same.
 * @param rows of the targets that the likeness is of; the pair's indices are positions in it
 */
export function allPairs(rows: Int32Array, likeness: Likeness): PairBatch {
  const count = (rows.length * (rows.length - 1)) / 2;
  const [first, second, targets] = [new Int32Array(count), new Int32Array(count), new Float32Array(count)];
  let pair = 0;
  for (let left = 0; left < rows.length; left += 1) {
    for (let right = left + 1; right < rows.length; right += 1) {
      first[pair] = left;
      second[pair] = right;
      targets[pair] = likeness(rows[left] ?? -1, rows[right] ?? -1);
      pair += 1;
    }
  }
  return { first, second, targets, weights: balanceWeights(targets) };
}

/** Undefined where not all targets are 0 or 1, or all are the same. */
function balanceWeights(targets: Float32Array): Float32Array | undefined {
  const alike = targets.filter((target) => target === 1).length;
  const unlike = targets.filter((target) => target === 0).length;
  if (alike + unlike < targets.length || alike === 0 || unlike === 0) return undefined;
  return targets.map((target) => 0.5 / (target === 1 ? alike : unlike));
}

/** Which rows of a batch share a label, as `[rows, rows]`. */
export function toGroupBatch(rows: Int32Array, likeness: Likeness): GroupBatch {
  const alike = new Float32Array(rows.length ** 2);
  rows.forEach((first, left) => {
    rows.forEach((second, right) => {
      if (left !== right) alike[left * rows.length + right] = likeness(first, second);
    });
  });
  return { alike };
}
