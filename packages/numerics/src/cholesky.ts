import { PolyheadError } from '@polyhead/types';
import { choleskyInPlace, solveWithFactor } from './kernels/cholesky.ts';

/** The Cholesky factor of a symmetric positive definite matrix. */
export interface CholeskyFactor {
  readonly size: number;
  /** `L` in the lower triangle, `[size, size]` row-major; the upper triangle means nothing. */
  readonly lower: Float64Array;
  /** Replaces `vector` `[size]` by the solution of `A x = vector`. */
  solveInPlace(vector: Float64Array): void;
}

/**
 * Factors a symmetric positive definite matrix; only its lower triangle is read.
 * @param matrix `[size, size]`, row-major; left as it is
 * @throws {PolyheadError} SHAPE_MISMATCH, DID_NOT_CONVERGE if it is not positive definite
 */
export function choleskyFactor(matrix: Float64Array, size: number): CholeskyFactor {
  if (matrix.length !== size * size) {
    throw new PolyheadError('SHAPE_MISMATCH', {
      message: `A matrix of ${size} rows and columns has ${matrix.length} elements instead of ${size * size}.`,
    });
  }
  const lower = matrix.slice();
  const failedRow = choleskyInPlace(lower, size);
  if (failedRow !== -1) {
    throw new PolyheadError('DID_NOT_CONVERGE', {
      message: `A matrix of size ${size} is not positive definite (pivot of row ${failedRow}).`,
      remedy: 'Use stronger regularization, or leave out columns that depend on others.',
      details: { size, row: failedRow },
    });
  }
  return {
    size,
    lower,
    solveInPlace: (vector) => {
      solveWithFactor(lower, size, vector);
    },
  };
}

/**
 * Solves `A X = B` for a symmetric positive definite `A` `[size, size]` by its Cholesky factor.
 * @param rightSides rows of `[count, size]`: one right-hand side a row (that is, `B` transposed)
 * @returns the solutions in the same layout
 * @throws {PolyheadError} SHAPE_MISMATCH, DID_NOT_CONVERGE if `A` is not positive definite
 */
export function choleskySolve(matrix: Float64Array, rightSides: Float64Array, size: number): Float64Array {
  if (rightSides.length % size !== 0) {
    throw new PolyheadError('SHAPE_MISMATCH', {
      message: `Right-hand sides of size ${size} cannot have ${rightSides.length} elements in all.`,
    });
  }
  const factor = choleskyFactor(matrix, size);
  const solutions = rightSides.slice();
  for (let start = 0; start < solutions.length; start += size) {
    factor.solveInPlace(solutions.subarray(start, start + size));
  }
  return solutions;
}
