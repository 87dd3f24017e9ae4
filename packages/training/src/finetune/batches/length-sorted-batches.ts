/** How large batches are: a number of rows, or a number of tokens with padding. */
export type BatchSize = { readonly rows: number } | { readonly tokens: number };

/** What rows are cut into batches by. */
export interface LengthSortedBatchesOptions {
  readonly size: BatchSize;
  /** `[rows]`: tokens of each row's text, by row number. */
  readonly lengths: ArrayLike<number>;
}

/** Batches that are sorted by length together: enough for even lengths, few enough for another mixture every epoch. */
const chunkBatches = 50;

/**
 * Cuts shuffled rows into batches of similar length: rows are sorted by length inside chunks of 50 batches. The batches
 * come in the order of the chunks; shuffle them before use.
 * @param order row numbers in random order; a row may occur more than once
 */
export function cutIntoBatches(order: Int32Array, { size, lengths }: LengthSortedBatchesOptions): Int32Array[] {
  const lengthOf = (row: number): number => lengths[row] ?? 0;
  const chunkRows = chunkBatches * typicalRows(order, size, lengthOf);
  const batches: Int32Array[] = [];
  for (let start = 0; start < order.length; start += chunkRows) {
    const chunk = order.slice(start, start + chunkRows);
    // Equal lengths keep their random order, since sorting is stable.
    const sorted = Int32Array.from(Array.from(chunk).sort((first, second) => lengthOf(first) - lengthOf(second)));
    batches.push(...('rows' in size ? cutByRows(sorted, size.rows) : cutByTokens(sorted, size.tokens, lengthOf)));
  }
  return batches;
}

function typicalRows(order: Int32Array, size: BatchSize, lengthOf: (row: number) => number): number {
  if ('rows' in size) return size.rows;
  const tokens = order.reduce((sum, row) => sum + lengthOf(row), 0);
  return Math.max(1, Math.round((size.tokens * order.length) / Math.max(1, tokens)));
}

function cutByRows(rows: Int32Array, size: number): Int32Array[] {
  return Array.from({ length: Math.ceil(rows.length / size) }, (_, index) =>
    rows.slice(index * size, (index + 1) * size),
  );
}

/** Longest length times number of rows stays within `tokens`, but for a single row that is longer by itself. */
function cutByTokens(rows: Int32Array, tokens: number, lengthOf: (row: number) => number): Int32Array[] {
  const batches: Int32Array[] = [];
  let start = 0;
  for (let end = 1; end <= rows.length; end += 1) {
    const padded = (end - start + 1) * lengthOf(rows[end] ?? -1);
    if (end < rows.length && padded <= tokens) continue;
    batches.push(rows.slice(start, end));
    start = end;
  }
  return batches;
}
