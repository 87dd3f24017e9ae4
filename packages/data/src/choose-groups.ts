import type { RandomGenerator } from '@polyhead/types';

/** What {@link chooseGroups} is to reach. */
export interface ChooseGroupsOptions {
  /** Class of each row. */
  readonly classOf: Int32Array;
  /** Rows of each class that there are. */
  readonly counts: readonly number[];
  /** Rows of each class to choose, fewer than there are. */
  readonly wanted: readonly number[];
  readonly random: RandomGenerator;
}

/**
 * Chooses whole groups of rows: first, in random order, all that fit into what their classes still want; then those that
 * bring the numbers nearer to it. No class is chosen completely.
 * @returns the rows of the chosen groups
 */
export function chooseGroups(groups: readonly (readonly number[])[], options: ChooseGroupsOptions): number[] {
  const { classOf, random } = options;
  const open = [...options.wanted];
  const rest = [...options.counts];
  const openOf = (place: number): number => open[place] ?? 0;
  const chosen: number[] = [];
  const take = ({ rows, sizes }: SizedGroup): void => {
    // One after the other: a call takes some hundred thousand arguments at most.
    for (const row of rows) chosen.push(row);
    for (const [place, size] of sizes) {
      open[place] = openOf(place) - size;
      rest[place] = (rest[place] ?? 0) - size;
    }
  };
  const fits = ({ sizes }: SizedGroup): boolean => sizes.every(([place, size]) => size <= openOf(place));
  const improves = ({ sizes }: SizedGroup): boolean =>
    sizes.every(([place, size]) => size < (rest[place] ?? 0)) &&
    sizes.reduce((sum, [place, size]) => sum + Math.abs(openOf(place) - size) - Math.abs(openOf(place)), 0) < 0;
  const later: SizedGroup[] = [];
  for (const group of random.shuffle(groups.map((rows) => toSized(rows, classOf)))) {
    if (fits(group)) take(group);
    else later.push(group);
  }
  for (const group of later) if (improves(group)) take(group);
  return chosen;
}

interface SizedGroup {
  readonly rows: readonly number[];
  /** Classes and how many of the rows they have. */
  readonly sizes: readonly (readonly [place: number, size: number])[];
}

function toSized(rows: readonly number[], classOf: Int32Array): SizedGroup {
  const sizes = new Map<number, number>();
  for (const row of rows) {
    const place = classOf[row] ?? 0;
    sizes.set(place, (sizes.get(place) ?? 0) + 1);
  }
  return { rows, sizes: [...sizes] };
}
