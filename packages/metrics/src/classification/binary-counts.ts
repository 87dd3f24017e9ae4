import type { IndicatorPredictions } from '../input-types.ts';
import { assertEnoughExamples, assertIndicators, assertLength, assertWeights, rowCountOf } from '../input-checks.ts';
import { countIndicators, marginsOf } from '../kernels/counting.ts';
import { selectAll, sumOf } from '../kernels/sums.ts';
import type { ConfusionMatrix } from './confusion-matrix.ts';

/**
 * Right and wrong decisions counted one by one: per label, or per row. Element i of the four arrays is one 2 x 2
 * confusion matrix `[[trueNegatives, falsePositives], [falseNegatives, truePositives]]`.
 */
export interface BinaryCounts {
  readonly truePositives: Float64Array;
  readonly falsePositives: Float64Array;
  readonly falseNegatives: Float64Array;
  readonly trueNegatives: Float64Array;
}

/** Each class against all others. */
export function countsPerClass(matrix: ConfusionMatrix): BinaryCounts {
  const { rowSums, columnSums, diagonal, total } = marginsOf(matrix.counts, matrix.classCount);
  const falsePositives = columnSums.map((sum, index) => sum - (diagonal[index] ?? 0));
  const falseNegatives = rowSums.map((sum, index) => sum - (diagonal[index] ?? 0));
  const trueNegatives = rowSums.map((sum, index) => total - sum - (falsePositives[index] ?? 0));
  return { truePositives: diagonal, falsePositives, falseNegatives, trueNegatives };
}

/**
 * Counts of every label over all rows (the multi-label confusion matrix).
 * @throws {PolyheadError} TOO_FEW_EXAMPLES, SHAPE_MISMATCH, INVALID_ARGUMENT, NOT_FINITE
 */
export function countsPerLabel(predictions: IndicatorPredictions): BinaryCounts {
  assertIndicatorPredictions(predictions);
  const { truth, predicted, labelCount, sampleWeights } = predictions;
  return countIndicators(truth, predicted, labelCount, sampleWeights, false);
}

/**
 * Counts of every row over all labels, for averages over samples. Sample weights do not enter the counts:
 * pass them to the average.
 * @throws {PolyheadError} TOO_FEW_EXAMPLES, SHAPE_MISMATCH, INVALID_ARGUMENT, NOT_FINITE
 */
export function countsPerRow(predictions: IndicatorPredictions): BinaryCounts {
  assertIndicatorPredictions(predictions);
  const { truth, predicted, labelCount } = predictions;
  return countIndicators(truth, predicted, labelCount, undefined, true);
}

/** The counts of all labels (or rows) added up, as if they were one label. */
export function pooledCounts(counts: BinaryCounts): BinaryCounts {
  return mapCounts(counts, (values) => Float64Array.of(sumOf(values)));
}

/** The counts of some labels only, in the order given. */
export function selectCounts(counts: BinaryCounts, positions: readonly number[]): BinaryCounts {
  return mapCounts(counts, (values) => selectAll(values, positions));
}

function mapCounts(counts: BinaryCounts, map: (values: Float64Array) => Float64Array): BinaryCounts {
  return {
    truePositives: map(counts.truePositives),
    falsePositives: map(counts.falsePositives),
    falseNegatives: map(counts.falseNegatives),
    trueNegatives: map(counts.trueNegatives),
  };
}

/** @throws {PolyheadError} TOO_FEW_EXAMPLES, SHAPE_MISMATCH, INVALID_ARGUMENT, NOT_FINITE */
export function assertIndicatorPredictions(predictions: IndicatorPredictions): void {
  const { truth, predicted, labelCount, sampleWeights } = predictions;
  const rows = rowCountOf('truth', truth, labelCount);
  assertLength('predicted', predicted, truth.length);
  assertEnoughExamples(rows);
  assertIndicators('truth', truth);
  assertIndicators('predicted', predicted);
  assertWeights(sampleWeights, rows);
}
