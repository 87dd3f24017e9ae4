import { createRandomGenerator } from '@polyhead/numerics';
import type { HeadExamples, Targets, Task } from '@polyhead/types';

/** Sizes of {@link createToyExamples}. */
export interface ToySizes {
  /** @default 90 */
  readonly rows?: number;
  /** At least 3. @default 8 */
  readonly dimension?: number;
  /** @default 1 */
  readonly seed?: number;
}

/** Names out of alphabetical order, so that a head that sorts its labels is found out. */
const labels = ['zebra', 'apple', 'mango'];

/**
 * Small examples that every sensible head learns: row r belongs to group r % 3, whose centre is 1 in one direction; noise
 * of 0.2 in all. Single-label: the group. Multi-label: the group and the next one in turn for every second row.
 * Regression: 2 times the first direction minus the second, plus 1.
 */
export function createToyExamples(task: Task, { rows = 90, dimension = 8, seed = 1 }: ToySizes = {}): HeadExamples {
  const random = createRandomGenerator(seed);
  const data = Float32Array.from({ length: rows * dimension }, () => 0.2 * random.normal());
  const present = new Uint8Array(rows * labels.length);
  for (let row = 0; row < rows; row += 1) {
    const group = row % 3;
    present[row * 3 + group] = 1;
    if (task === 'multi-label' && row % 2 === 0) present[row * 3 + ((group + 1) % 3)] = 1;
    for (let label = 0; label < 3; label += 1) {
      const index = row * dimension + label;
      data[index] = (data[index] ?? 0) + (present[row * 3 + label] ?? 0);
    }
  }
  return {
    embeddings: { data, rows, columns: dimension },
    targets: toTargets(task, { data, rows, dimension, present }),
  };
}

interface ToyData {
  readonly data: Float32Array;
  readonly rows: number;
  readonly dimension: number;
  readonly present: Uint8Array;
}

function toTargets(task: Task, { data, rows, dimension, present }: ToyData): Targets {
  switch (task) {
    case 'single-label':
      return { task, labels, classIndices: Int32Array.from({ length: rows }, (_, row) => row % 3) };
    case 'multi-label':
      return { task, labels, indicators: present };
    case 'regression': {
      const values = Float64Array.from(
        { length: rows },
        (_, row) => 2 * (data[row * dimension] ?? 0) - (data[row * dimension + 1] ?? 0) + 1,
      );
      return { task, labels: ['value'], values };
    }
  }
}

/** The same examples with only the first `rows` of them. */
export function firstRows({ embeddings, targets }: HeadExamples, rows: number): HeadExamples {
  const { data, columns } = embeddings;
  return { embeddings: { data: data.slice(0, rows * columns), rows, columns }, targets: firstTargets(targets, rows) };
}

function firstTargets(targets: Targets, rows: number): Targets {
  switch (targets.task) {
    case 'single-label':
      return { ...targets, classIndices: targets.classIndices.slice(0, rows) };
    case 'multi-label':
      return { ...targets, indicators: targets.indicators.slice(0, rows * targets.labels.length) };
    case 'regression':
      return { ...targets, values: targets.values.slice(0, rows) };
  }
}
