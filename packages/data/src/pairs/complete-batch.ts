import type { RandomGenerator } from '@polyhead/types';
import type { RowGroups } from './row-groups.ts';

/** Rows that are added to a batch at most. */
const additions = 2;

/**
 * Completes batches that have too little to compare. One whose rows are all alike gets rows that are unlike some of them; one
 * of rows without labels only, which are alike to nobody, gets rows with labels. Nothing is added where there are no such rows.
 */
export function createBatchCompleter(
  groups: RowGroups,
  random: RandomGenerator,
): (batch: readonly number[]) => readonly number[] {
  const { groupOf, rows, alike } = groups;
  const all = [...rows.keys()];
  const strangers = new Map<number, readonly number[]>();

  function strangersOf(group: number): readonly number[] {
    const found = strangers.get(group) ?? all.filter((other) => other !== group && !alike(group, other));
    strangers.set(group, found);
    return found;
  }

  /** Groups that would complete a batch of these groups; to rows without labels, all with labels are strangers. */
  function candidatesFor(own: readonly number[]): readonly number[] {
    if (own.some((group, place) => own.slice(place + 1).some((other) => !alike(group, other)))) return [];
    const group = own.find((one) => strangersOf(one).length > 0);
    return group === undefined ? [] : strangersOf(group);
  }

  return (batch) => {
    const candidates = candidatesFor([...new Set(batch.map((row) => groupOf[row] ?? -1))]);
    if (candidates.length === 0) return batch;
    const chosen = rows[candidates[random.integer(candidates.length)] ?? -1] ?? new Int32Array(0);
    const start = random.integer(Math.max(1, chosen.length));
    const turned = [...chosen.subarray(start), ...chosen.subarray(0, start)];
    return [...batch, ...turned.slice(0, additions)];
  };
}
