import { choleskySolve } from '@polyhead/numerics';
import type { Matrix } from '@polyhead/types';
import { weightedMoments } from '../linear-model/kernels/weighted-moments.ts';
import { centerMoments } from './kernels/center-moments.ts';

/** A least-squares problem with an L2 penalty. */
export interface RidgeProblem {
  /** `[rows, dimension]` */
  readonly embeddings: Matrix;
  /** `[rows, outputs]` */
  readonly targets: Float64Array;
  readonly outputs: number;
  /** `[rows]` */
  readonly rowWeights: Float64Array;
  /** Strength of the penalty. */
  readonly alpha: number;
  readonly fitIntercept: boolean;
}

/** Coefficients of all outputs. */
export interface RidgeSolution {
  /** `[outputs, dimension]` */
  readonly weights: Float64Array;
  /** `[outputs]` */
  readonly bias: Float64Array;
}

/**
 * Minimizes `sum of s_i (y_i - w x_i - b)^2 + alpha * sum(w^2)` for every output, by the normal equations of the
 * centred data; the intercept is not penalised.
 * @throws {PolyheadError} DID_NOT_CONVERGE if `alpha` is 0 and columns depend on each other
 */
export function solveRidge(problem: RidgeProblem): RidgeSolution {
  const { embeddings, targets, outputs, rowWeights, alpha, fitIntercept } = problem;
  const dimension = embeddings.columns;
  const width = dimension + 1;
  const moments = weightedMoments(embeddings, targets, outputs, rowWeights);
  const total = moments.second.at(-1) ?? 1;
  const xSums = moments.second.slice(dimension * width, dimension * width + dimension);
  if (fitIntercept) centerMoments(moments, dimension, outputs);
  const gram = dropLastColumn(moments.second.subarray(0, dimension * width), width);
  for (let index = 0; index < dimension; index += 1) gram[index * width] = (gram[index * width] ?? 0) + alpha;
  const weights = choleskySolve(gram, dropLastColumn(moments.cross, width), dimension);
  const bias = new Float64Array(outputs);
  if (!fitIntercept) return { weights, bias };
  for (let output = 0; output < outputs; output += 1) {
    const row = weights.subarray(output * dimension, (output + 1) * dimension);
    const projected = row.reduce((sum, weight, index) => sum + weight * (xSums[index] ?? 0), 0);
    bias[output] = ((moments.cross[output * width + dimension] ?? 0) - projected) / total;
  }
  return { weights, bias };
}

function dropLastColumn(matrix: Float64Array, columns: number): Float64Array {
  const rows = matrix.length / columns;
  const kept = new Float64Array(rows * (columns - 1));
  for (let row = 0; row < rows; row += 1) {
    kept.set(matrix.subarray(row * columns, (row + 1) * columns - 1), row * (columns - 1));
  }
  return kept;
}
