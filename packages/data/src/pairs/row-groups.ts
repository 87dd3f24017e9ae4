import { PolyheadError, type Targets } from '@polyhead/types';
import { countRows } from '../select-rows.ts';

/** Rows that have the same labels, group by group, and which groups have a label in common. */
export interface RowGroups {
  /** `[rows]`: the group of each row. */
  readonly groupOf: Int32Array;
  /** The rows of each group, ascending. */
  readonly rows: readonly Int32Array[];
  /** Whether rows of two groups belong together: they share a label. Rows without labels belong with nobody. */
  readonly alike: (first: number, second: number) => boolean;
}

/**
 * Groups rows by their labels. There are far fewer groups than rows, so whatever is asked about pairs of rows is answered
 * about pairs of groups.
 * @throws {PolyheadError} TASK_UNSUPPORTED for regression
 */
export function groupRows(targets: Targets): RowGroups {
  const labelsOf = createLabelReader(targets);
  const places = new Map<string, number>();
  const lists: number[][] = [];
  const labels: (readonly number[])[] = [];
  const groupOf = Int32Array.from({ length: countRows(targets) }, (_, row) => {
    const own = labelsOf(row);
    const key = own.join(' ');
    const place = places.get(key) ?? lists.length;
    if (place === lists.length) {
      places.set(key, place);
      lists.push([]);
      labels.push(own);
    }
    lists[place]?.push(row);
    return place;
  });
  return {
    groupOf,
    rows: lists.map((list) => Int32Array.from(list)),
    alike: (first, second) => labels[first]?.some((label) => labels[second]?.includes(label)) ?? false,
  };
}

function createLabelReader(targets: Targets): (row: number) => readonly number[] {
  switch (targets.task) {
    case 'single-label':
      return (row) => [targets.classIndices[row] ?? -1];
    case 'multi-label': {
      const { indicators, labels } = targets;
      const places = [...labels.keys()];
      return (row) => places.filter((label) => indicators[row * labels.length + label] === 1);
    }
    case 'regression':
      throw new PolyheadError('TASK_UNSUPPORTED', {
        message: 'Numbers have no labels by which texts belong together or do not.',
        remedy: 'Use a single-label or multi-label task.',
      });
  }
}
