import { PolyheadError } from '@polyhead/types';

/** A list of row numbers. */
export type RowNumbers = Int32Array | Uint32Array | readonly number[];

/** What the optimizers of a table take. */
export interface TableOptions {
  /** `[rows, dimension]`; may be in a SharedArrayBuffer, like all arrays here. */
  readonly table: Float32Array;
  readonly dimension: number;
  /**
   * `[rows]`: the update that each row is up to date with. Fill it with `updates`. Optimizers that share a table, each in
   * its own thread, share this array too; they must hear of the same updates.
   */
  readonly lastUpdates: Int32Array;
  /** Updates before this optimizer began; every row must be up to date with them. @default 0 */
  readonly updates?: number;
  /**
   * Learning rates of updates after those that were made before: rows may be up to date with any of them. What a checkpoint has
   * to keep, together with `lastUpdates`, so that going on gives the very bits of going through.
   * @default none
   */
  readonly pastLearningRates?: readonly number[];
  /**
   * Rows without a gradient do not move at all and keep their moments, which is quicker for very large tables but not
   * what the dense update does (PyTorch's SparseAdam does so too).
   * @default false
   */
  readonly lazy?: boolean;
}

/** One update of a table. */
export interface TableStep {
  readonly learningRate: number;
  /** Every gradient is multiplied by it first. */
  readonly gradientScale: number;
}

/**
 * Updates a large table of which each step uses few rows, such as word embeddings. The result equals an update of the
 * whole table within the rounding of float32: the updates that a row missed, with gradients of 0, are made up for just
 * before it is used.
 *
 * Several threads may share a table: each calls `updateRows` once an update, for its own part of the rows in use (which
 * may be none).
 */
export interface TableOptimizer {
  /** Number of updates so far. */
  readonly updates: number;
  /**
   * Brings rows up to date: needed before they are read.
   * @throws {PolyheadError} INVALID_ARGUMENT for a row that does not exist
   */
  prepareRows(rows: RowNumbers): void;
  /**
   * One update, in which all other rows have gradients of 0.
   * @param rows each at most once
   * @param gradients `[rows.length, dimension]`
   * @throws {PolyheadError} INVALID_ARGUMENT, SHAPE_MISMATCH
   */
  updateRows(rows: RowNumbers, gradients: Float32Array, step: TableStep): void;
  /** Brings the rows from `first` up to but without `end` up to date. */
  catchUp(first: number, end: number): void;
  /**
   * Brings all rows up to date: needed before the table is read as a whole. Table, moments and `updates` are then all that
   * a checkpoint needs.
   */
  catchUpAll(): void;
}

/** What a rule of optimization does for {@link createTableOptimizer}. */
export interface TableRule {
  /** Hears of an update, before it is made. Updates come in order, without gaps. */
  readonly record: (update: number, learningRate: number) => void;
  /** Makes up for what a row missed after the update `last`, up to `update`, the one recorded last. */
  readonly replay: (row: number, last: number, update: number) => void;
  /** Makes the update recorded last for one row, given its gradients. */
  readonly update: (row: number, gradients: Float32Array, step: TableStep & { readonly updates: number }) => void;
}

/** An optimizer that keeps track of what every row has missed. */
export function createTableOptimizer(rule: TableRule, options: TableOptions): TableOptimizer {
  assertTableOptions(options);
  const { dimension, lastUpdates, lazy = false, updates: firstUpdate = 0 } = options;
  let updates = firstUpdate;
  for (const learningRate of options.pastLearningRates ?? []) {
    updates += 1;
    rule.record(updates, learningRate);
  }
  const prepareRow = (row: number): void => {
    const last = lastUpdates[row];
    if (last === undefined || last < firstUpdate) throw rowError(row, lastUpdates.length, last);
    if (last >= updates || lazy) return;
    rule.replay(row, last, updates);
    lastUpdates[row] = updates;
  };
  const catchUp = (first: number, end: number): void => {
    for (let row = first; row < end; row += 1) prepareRow(row);
  };
  return {
    get updates() {
      return updates;
    },
    prepareRows(rows) {
      for (const row of rows) prepareRow(row);
    },
    updateRows(rows, gradients, step) {
      assertGradients(rows, gradients, dimension);
      for (const row of rows) prepareRow(row);
      updates += 1;
      rule.record(updates, step.learningRate);
      let from = 0;
      for (const row of rows) {
        const to = from + dimension;
        rule.update(row, gradients.subarray(from, to), { ...step, updates });
        lastUpdates[row] = updates;
        from = to;
      }
    },
    catchUp,
    catchUpAll: () => {
      catchUp(0, lastUpdates.length);
    },
  };
}

function assertTableOptions({ table, dimension, lastUpdates }: TableOptions): void {
  if (table.length === dimension * lastUpdates.length) return;
  throw new PolyheadError('SHAPE_MISMATCH', {
    message: `A table of ${lastUpdates.length} rows of ${dimension} numbers was given ${table.length} numbers.`,
    remedy: 'Pass a table of rows times dimension numbers, and one last update for each row.',
  });
}

function assertGradients(rows: RowNumbers, gradients: Float32Array, dimension: number): void {
  if (new Set(rows).size !== rows.length) {
    throw new PolyheadError('INVALID_ARGUMENT', {
      message: 'A row was given twice in one update of a table.',
      remedy: 'Add up the gradients of a row first.',
    });
  }
  if (gradients.length === rows.length * dimension) return;
  throw new PolyheadError('SHAPE_MISMATCH', {
    message: `${rows.length} rows of ${dimension} numbers were given ${gradients.length} gradients.`,
    remedy: 'Pass one gradient for each number of the rows.',
  });
}

function rowError(row: number, rowCount: number, last: number | undefined): PolyheadError {
  if (last === undefined) {
    return new PolyheadError('INVALID_ARGUMENT', {
      message: `Row ${row} was asked for, of a table of ${rowCount} rows.`,
      remedy: `Pass rows from 0 to ${rowCount - 1}.`,
    });
  }
  return new PolyheadError('INVALID_ARGUMENT', {
    message: `Row ${row} is up to date with update ${last}, which was before this optimizer began.`,
    remedy: 'Catch up all rows before an optimizer is replaced, and fill lastUpdates with the number of updates.',
  });
}
