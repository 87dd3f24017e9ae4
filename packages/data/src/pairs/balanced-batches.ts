import { PolyheadError, type RandomGenerator, type Targets } from '@polyhead/types';
import { countRows } from '../select-rows.ts';

/** How batches are made. */
export interface BalancedBatchesOptions {
  /** Rows of a batch, about. */
  readonly batchSize: number;
  readonly random: RandomGenerator;
}

/**
 * All rows in batches of different rows in which there is something to compare: each class that is in a batch is there with
 * two rows or more (where it has them), and no batch is of one class only. Large classes are in every batch, small ones in
 * some. Every row is in one batch, except that a few rows are repeated where a batch would be of one class.
 *
 * Multi-label rows count for the rarest of their labels. Rows with numbers are put into random batches.
 * @throws {PolyheadError} INVALID_ARGUMENT
 */
export function balancedBatches(targets: Targets, { batchSize, random }: BalancedBatchesOptions): Int32Array[] {
  if (!Number.isInteger(batchSize) || batchSize < 2) {
    throw new PolyheadError('INVALID_ARGUMENT', {
      message: `The batch size is ${batchSize}.`,
      remedy: 'Give a whole number from 2: texts are compared with each other.',
      details: { batchSize },
    });
  }
  const classes = toClasses(targets).map((rows) => random.shuffle(rows));
  const rows = countRows(targets);
  const batches = Array.from({ length: Math.max(1, Math.round(rows / batchSize)) }, (): number[] => []);
  for (const own of random.shuffle(classes)) dealOut(own, batches);
  const classOf = toClassOf(classes, rows);
  return batches
    .filter((batch) => batch.length > 0)
    .map((batch) => Int32Array.from(withOthers(batch, { classes, classOf, random })));
}

/** Deals the rows of a class out in equal portions of two or more, each to the batch that has the fewest rows. */
function dealOut(rows: readonly number[], batches: readonly number[][]): void {
  const portions = Math.max(1, Math.min(batches.length, Math.floor(rows.length / 2)));
  const emptiest = [...batches].sort((first, second) => first.length - second.length);
  for (let portion = 0; portion < portions; portion += 1) {
    const from = Math.round((portion * rows.length) / portions);
    const to = Math.round(((portion + 1) * rows.length) / portions);
    emptiest[portion]?.push(...rows.slice(from, to));
  }
}

interface Others {
  readonly classes: readonly (readonly number[])[];
  /** `[rows]`: the place of each row's class. */
  readonly classOf: Int32Array;
  readonly random: RandomGenerator;
}

/** A batch of one class gets two rows of another (or the one that it has). */
function withOthers(batch: readonly number[], { classes, classOf, random }: Others): readonly number[] {
  const own = classOf[batch[0] ?? -1] ?? -1;
  if (classes.length < 2 || batch.some((row) => classOf[row] !== own)) return batch;
  const place = random.integer(classes.length - 1);
  const other = classes[place < own ? place : place + 1] ?? [];
  const start = random.integer(other.length);
  return [...batch, ...other.slice(start), ...other.slice(0, start)].slice(0, batch.length + 2);
}

function toClassOf(classes: readonly (readonly number[])[], rows: number): Int32Array {
  const classOf = new Int32Array(rows);
  classes.forEach((own, place) => {
    for (const row of own) classOf[row] = place;
  });
  return classOf;
}

function toClasses(targets: Targets): number[][] {
  const classes = new Map<number, number[]>();
  const keyOf = createKeyReader(targets);
  for (let row = 0; row < countRows(targets); row += 1) {
    const key = keyOf(row);
    const rows = classes.get(key) ?? [];
    rows.push(row);
    classes.set(key, rows);
  }
  return [...classes.values()];
}

/** The class that a row counts for; -1 for a row without labels. */
function createKeyReader(targets: Targets): (row: number) => number {
  switch (targets.task) {
    case 'single-label':
      return (row) => targets.classIndices[row] ?? -1;
    case 'regression':
      return () => 0;
    case 'multi-label': {
      const { indicators, labels } = targets;
      const frequency = new Int32Array(labels.length);
      indicators.forEach(
        (present, cell) => (frequency[cell % labels.length] = (frequency[cell % labels.length] ?? 0) + present),
      );
      const rarestFirst = [...labels.keys()].sort(
        (first, second) => (frequency[first] ?? 0) - (frequency[second] ?? 0),
      );
      return (row) => rarestFirst.find((label) => indicators[row * labels.length + label] === 1) ?? -1;
    }
  }
}
