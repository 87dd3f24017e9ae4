import { PolyheadError, type RandomGenerator, type Targets } from '@polyhead/types';
import { countRows } from '../select-rows.ts';
import { createBatchCompleter } from './complete-batch.ts';
import { groupRows } from './row-groups.ts';

/** How batches are made. */
export interface BalancedBatchesOptions {
  /** Rows of a batch, about. */
  readonly batchSize: number;
  readonly random: RandomGenerator;
}

/**
 * All rows in batches of different rows in which there is something to compare: each class that is in a batch is there with
 * two rows or more (where it has them), and no batch is of alike rows only if there are others. Large classes are in every batch,
 * small ones in some. Every row is in one batch, except that up to two rows are repeated in a batch that would be of alike rows
 * only, as happens where one class is far larger than all others together.
 *
 * Multi-label rows are dealt out by the rarest of their labels, and are alike if they share any; a batch of rows without labels
 * only gets two that have some. Rows with numbers are put into random batches.
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
  const batches = Array.from({ length: countBatches(classes, batchSize) }, (): number[] => []);
  for (const own of random.shuffle(classes)) dealOut(own, batches);
  const filled = batches.filter((batch) => batch.length > 0);
  if (targets.task === 'regression') return filled.map((batch) => Int32Array.from(batch));
  const complete = createBatchCompleter(groupRows(targets), random);
  return filled.map((batch) => Int32Array.from(complete(batch)));
}

/** A class is dealt out in so many portions at most: two rows or more each. */
function countPortions(rows: readonly number[]): number {
  return Math.max(1, Math.floor(rows.length / 2));
}

/** So many batches that each has about the size, but not more than can have portions of two classes each. */
function countBatches(classes: readonly (readonly number[])[], batchSize: number): number {
  const rows = classes.reduce((sum, own) => sum + own.length, 0);
  const portions = classes.reduce((sum, own) => sum + countPortions(own), 0);
  const most = classes.length < 2 ? portions : Math.floor(portions / 2);
  return Math.max(1, Math.min(Math.round(rows / batchSize), most));
}

/** Deals the rows of a class out in equal portions of two or more, each to the batch that has the fewest rows. */
function dealOut(rows: readonly number[], batches: readonly number[][]): void {
  const portions = Math.min(batches.length, countPortions(rows));
  const emptiest = [...batches].sort((first, second) => first.length - second.length);
  for (let portion = 0; portion < portions; portion += 1) {
    const from = Math.round((portion * rows.length) / portions);
    const to = Math.round(((portion + 1) * rows.length) / portions);
    emptiest[portion]?.push(...rows.slice(from, to));
  }
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
