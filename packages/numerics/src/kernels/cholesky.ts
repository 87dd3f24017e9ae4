import { dotRange } from './vector.ts';

/**
 * Replaces the lower triangle of a symmetric matrix `[size, size]` by its Cholesky factor, row by row.
 * @returns the first row whose pivot is not positive, or -1 if the factor is complete
 */
export function choleskyInPlace(matrix: Float64Array, size: number): number {
  for (let row = 0; row < size; row += 1) {
    const rowStart = row * size;
    for (let column = 0; column < row; column += 1) {
      const columnStart = column * size;
      const rest = matrix[rowStart + column]! - dotRange(matrix, rowStart, matrix, columnStart, column);
      matrix[rowStart + column] = rest / matrix[columnStart + column]!;
    }
    const pivot = matrix[rowStart + row]! - dotRange(matrix, rowStart, matrix, rowStart, row);
    if (!(pivot > 0)) return row;
    matrix[rowStart + row] = Math.sqrt(pivot);
  }
  return -1;
}

/** Solves `L L^T x = b` in place for one right-hand side; `factor` is what {@link choleskyInPlace} left. */
export function solveWithFactor(factor: Float64Array, size: number, vector: Float64Array): void {
  for (let row = 0; row < size; row += 1) {
    const rest = vector[row]! - dotRange(factor, row * size, vector, 0, row);
    vector[row] = rest / factor[row * size + row]!;
  }
  for (let row = size - 1; row >= 0; row -= 1) {
    const value = vector[row]! / factor[row * size + row]!;
    vector[row] = value;
    const start = row * size;
    for (let column = 0; column < row; column += 1) vector[column]! -= value * factor[start + column]!;
  }
}
