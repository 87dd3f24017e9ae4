/** Adds the weight of every row to `matrix[truth, predicted]` of a `[classCount, classCount]` matrix. */
export function countClasses(
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
  classCount: number,
  weights: ArrayLike<number> | undefined,
): Float64Array {
  const matrix = new Float64Array(classCount * classCount);
  for (let i = 0; i < truth.length; i++) {
    matrix[truth[i]! * classCount + predicted[i]!]! += weights === undefined ? 1 : weights[i]!;
  }
  return matrix;
}

/** Sums of the rows and of the columns of a square matrix, its diagonal and its total. */
export function marginsOf(
  matrix: ArrayLike<number>,
  size: number,
): { rowSums: Float64Array; columnSums: Float64Array; diagonal: Float64Array; total: number } {
  const rowSums = new Float64Array(size);
  const columnSums = new Float64Array(size);
  const diagonal = new Float64Array(size);
  let total = 0;
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const count = matrix[row * size + column]!;
      rowSums[row]! += count;
      columnSums[column]! += count;
      total += count;
    }
    diagonal[row] = matrix[row * size + row]!;
  }
  return { rowSums, columnSums, diagonal, total };
}

/** Where `countIndicators` adds up: `[labels]` or `[rows]` each. */
export interface CountArrays {
  readonly truePositives: Float64Array;
  readonly falsePositives: Float64Array;
  readonly falseNegatives: Float64Array;
  readonly trueNegatives: Float64Array;
}

/** Counts agreement of `[rows, columns]` indicators, one count a column, or one a row if `byRow`. */
export function countIndicators(
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
  columns: number,
  weights: ArrayLike<number> | undefined,
  byRow: boolean,
): CountArrays {
  const rows = truth.length / columns;
  const size = byRow ? rows : columns;
  // Indexed by 2 * truth + predicted.
  const counts = [0, 1, 2, 3].map(() => new Float64Array(size));
  for (let row = 0; row < rows; row++) {
    const weight = weights === undefined ? 1 : weights[row]!;
    for (let column = 0; column < columns; column++) {
      const at = row * columns + column;
      counts[2 * truth[at]! + predicted[at]!]![byRow ? row : column]! += weight;
    }
  }
  return {
    trueNegatives: counts[0]!,
    falsePositives: counts[1]!,
    falseNegatives: counts[2]!,
    truePositives: counts[3]!,
  };
}

/** Weight of the rows whose indicators all agree, divided by the weight of all rows. */
export function shareOfEqualRows(
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
  columns: number,
  weights: ArrayLike<number> | undefined,
): number {
  const rows = truth.length / columns;
  let equal = 0;
  let total = 0;
  for (let row = 0; row < rows; row++) {
    const weight = weights === undefined ? 1 : weights[row]!;
    total += weight;
    let column = 0;
    while (column < columns && truth[row * columns + column] === predicted[row * columns + column]) column++;
    if (column === columns) equal += weight;
  }
  return equal / total;
}
