import type { TableGradient } from './worker/messages.ts';

/** The rows of the word table that one worker sums and moves. */
export interface TableShare {
  readonly worker: number;
  readonly workers: number;
  /** Numbers of a row. */
  readonly width: number;
}

/** The range that one of several workers takes of a list. */
export function shareOf(
  length: number,
  { worker, workers }: Pick<TableShare, 'worker' | 'workers'>,
): { readonly first: number; readonly end: number } {
  return { first: Math.floor((length * worker) / workers), end: Math.floor((length * (worker + 1)) / workers) };
}

/**
 * Adds up what all workers found for one worker's share of the rows, in the order given, so that equal steps give equal bits.
 * @returns distinct token ids, ascending, and their gradients
 */
export function sumTableGradients(parts: readonly TableGradient[], share: TableShare): TableGradient {
  const { width } = share;
  const distinct = new Set<number>();
  for (const part of parts) for (const id of part.ids) distinct.add(id);
  const { first, end } = shareOf(distinct.size, share);
  const ids = Int32Array.from(distinct).sort().slice(first, end);
  const places = new Map(Array.from(ids, (id, place) => [id, place]));
  const values = new Float32Array(ids.length * width);
  for (const part of parts) {
    part.ids.forEach((id, row) => {
      const place = places.get(id);
      if (place !== undefined) addRow(values, place * width, part.values.subarray(row * width, (row + 1) * width));
    });
  }
  return { ids, values };
}

/** The sum of the squares of all numbers. */
export function sumSquares(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return sum;
}

function addRow(target: Float32Array, start: number, row: Float32Array): void {
  for (let column = 0; column < row.length; column++) {
    target[start + column] = (target[start + column] ?? 0) + (row[column] ?? 0);
  }
}
