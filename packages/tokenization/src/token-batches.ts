import { PolyheadError } from '@polyhead/types';

/** What bounds a batch. */
export interface TokenBatchOptions {
  /** Most tokens of a batch, padding included. */
  readonly maximumTokens: number;
}

/**
 * Groups rows of similar length into batches: rows sorted by length (shortest first, equal ones in their order), each
 * batch as large as rows times longest row <= `maximumTokens` allows. A row that alone has more is a batch of its own.
 * Empty rows count as one token.
 * @throws {PolyheadError} INVALID_ARGUMENT
 */
export function planTokenBatches(lengths: ArrayLike<number>, { maximumTokens }: TokenBatchOptions): number[][] {
  if (!Number.isInteger(maximumTokens) || maximumTokens < 1) {
    throw new PolyheadError('INVALID_ARGUMENT', {
      message: `maximumTokens is ${String(maximumTokens)}.`,
      remedy: 'Pass an integer of at least 1.',
      details: { maximumTokens },
    });
  }
  const lengthOf = (row: number): number => Math.max(1, lengths[row] ?? 0);
  const order = Array.from({ length: lengths.length }, (_, row) => row);
  order.sort((left, right) => lengthOf(left) - lengthOf(right) || left - right);
  const batches: number[][] = [];
  let batch: number[] = [];
  for (const row of order) {
    if (batch.length > 0 && (batch.length + 1) * lengthOf(row) > maximumTokens) {
      batches.push(batch);
      batch = [];
    }
    batch.push(row);
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}
