import type { ClassPredictions } from '../input-types.ts';
import {
  assertClassIndices,
  assertEnoughExamples,
  assertLength,
  assertPositiveInteger,
  assertWeights,
} from '../input-checks.ts';
import { countClasses, marginsOf } from '../kernels/counting.ts';

/** How often (or with what weight) each class was predicted for each true class. */
export interface ConfusionMatrix {
  readonly classCount: number;
  /** `[classCount, classCount]`, row-major: rows are true classes, columns predicted ones. */
  readonly counts: Float64Array;
}

/** What the counts of a confusion matrix are divided by: the sum of their row, of their column, or of all. */
export type ConfusionNormalization = 'truth' | 'predicted' | 'all';

/**
 * Counts true against predicted classes. Every figure about decided classes is read off this matrix.
 * @throws {PolyheadError} TOO_FEW_EXAMPLES, SHAPE_MISMATCH, INVALID_ARGUMENT, NOT_FINITE
 */
export function confusionMatrix(predictions: ClassPredictions): ConfusionMatrix {
  const { truth, predicted, classCount, sampleWeights } = predictions;
  assertPositiveInteger('classCount', classCount);
  assertLength('predicted', predicted, truth.length);
  assertEnoughExamples(truth.length);
  assertClassIndices('truth', truth, classCount);
  assertClassIndices('predicted', predicted, classCount);
  assertWeights(sampleWeights, truth.length);
  return { classCount, counts: countClasses(truth, predicted, classCount, sampleWeights) };
}

/** The matrix with every count divided by its row's sum, its column's sum or the total; 0 where that is 0. */
export function normalizeConfusionMatrix(matrix: ConfusionMatrix, by: ConfusionNormalization): ConfusionMatrix {
  const { rowSums, columnSums, total } = marginsOf(matrix.counts, matrix.classCount);
  const divisorOf = {
    truth: (at: number) => rowSums[Math.floor(at / matrix.classCount)],
    predicted: (at: number) => columnSums[at % matrix.classCount],
    all: () => total,
  }[by];
  const counts = matrix.counts.map((count, at) => {
    const divisor = divisorOf(at) ?? 0;
    return divisor === 0 ? 0 : count / divisor;
  });
  return { classCount: matrix.classCount, counts };
}

/** Indices of the classes that occur in truth or among the predictions, ascending. */
export function seenClasses(matrix: ConfusionMatrix): number[] {
  const { rowSums, columnSums } = marginsOf(matrix.counts, matrix.classCount);
  return Array.from(rowSums.keys()).filter((index) => rowSums[index] !== 0 || columnSums[index] !== 0);
}

/** The matrix of some of the classes only, in the order given. */
export function selectClasses(matrix: ConfusionMatrix, classes: readonly number[]): ConfusionMatrix {
  const counts = classes.flatMap((row) =>
    classes.map((column) => matrix.counts[row * matrix.classCount + column] ?? 0),
  );
  return { classCount: classes.length, counts: Float64Array.from(counts) };
}

/** The counts as nested arrays, one a true class. */
export function toNestedCounts(matrix: ConfusionMatrix): number[][] {
  return Array.from({ length: matrix.classCount }, (_, row) =>
    Array.from(matrix.counts.subarray(row * matrix.classCount, (row + 1) * matrix.classCount)),
  );
}
