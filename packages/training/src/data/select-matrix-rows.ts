import type { Matrix } from '@polyhead/types';

/** Copies of rows `[rows, columns]`, in the order asked for. */
export function selectMatrixRows({ data, columns }: Matrix, rows: ArrayLike<number>): Matrix {
  const selected = new Float32Array(rows.length * columns);
  for (let index = 0; index < rows.length; index += 1) {
    const row = rows[index] ?? -1;
    selected.set(data.subarray(row * columns, (row + 1) * columns), index * columns);
  }
  return { data: selected, rows: rows.length, columns };
}
