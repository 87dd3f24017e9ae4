import type { TableGradient } from './worker/messages.ts';

/** Gradients of all rows of the word table that a step has touched. */
export interface TableGradientSum {
  /** Distinct token ids, ascending. */
  readonly ids: Int32Array;
  /** `[ids, width]` */
  readonly values: Float32Array;
  /** Sum of the squares of `values`. */
  readonly squares: number;
}

/** Adds up what the workers found, in the order given, so that equal steps give equal bits. */
export function sumTableGradients(parts: readonly TableGradient[], width: number): TableGradientSum {
  const ids = Int32Array.from(new Set(parts.flatMap((part) => [...part.ids]))).sort();
  const places = new Map(Array.from(ids, (id, place) => [id, place]));
  const values = new Float32Array(ids.length * width);
  for (const part of parts) {
    part.ids.forEach((id, row) => {
      addRow(values, (places.get(id) ?? 0) * width, part.values.subarray(row * width, (row + 1) * width));
    });
  }
  return { ids, values, squares: values.reduce((sum, value) => sum + value * value, 0) };
}

function addRow(target: Float32Array, start: number, row: Float32Array): void {
  for (let column = 0; column < row.length; column++) {
    target[start + column] = (target[start + column] ?? 0) + (row[column] ?? 0);
  }
}
