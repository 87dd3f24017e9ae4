import type { IndicatorScores } from '../input-types.ts';
import { copyColumn } from '../kernels/rows.ts';
import { meanOf, sumOf } from '../kernels/sums.ts';
import type { BinaryScores } from '../input-types.ts';

/**
 * How a figure of single labels becomes one: over all entries as if they were one label; the mean over labels; the
 * mean over labels by their positives; the mean over rows.
 */
export type RankingAverage = 'micro' | 'macro' | 'weighted' | 'samples';

/** The figure of every label, in label order. */
export function figuresPerLabel(input: IndicatorScores, figure: (scores: BinaryScores) => number): Float64Array {
  return Float64Array.from({ length: input.labelCount }, (_, label) =>
    figure({
      truth: copyColumn(input.truth, input.labelCount, label),
      scores: copyColumn(input.scores, input.labelCount, label),
    }),
  );
}

/** The figure of every row, over its labels. */
function figuresPerRow(input: IndicatorScores, figure: (scores: BinaryScores) => number): Float64Array {
  const { labelCount } = input;
  const truth = Float64Array.from(input.truth);
  const scores = Float64Array.from(input.scores);
  return Float64Array.from({ length: truth.length / labelCount }, (_, row) =>
    figure({
      truth: truth.subarray(row * labelCount, (row + 1) * labelCount),
      scores: scores.subarray(row * labelCount, (row + 1) * labelCount),
    }),
  );
}

/** Mean by weights in which a label of weight 0 does not count, even if its figure is NaN. */
export function meanOfWeighted(figures: Float64Array, weights: Float64Array): number {
  if (sumOf(weights) === 0) return 0;
  return meanOf(
    figures.map((value, index) => (weights[index] === 0 ? 0 : value)),
    weights,
  );
}

/** Averages a figure of binary scores over many labels. */
export function averageOverLabels(
  input: IndicatorScores,
  average: RankingAverage,
  figure: (scores: BinaryScores) => number,
): number {
  switch (average) {
    case 'micro':
      return figure({ truth: input.truth, scores: input.scores });
    case 'macro':
      return meanOf(figuresPerLabel(input, figure));
    case 'weighted': {
      const positives = Float64Array.from({ length: input.labelCount }, (_, label) =>
        sumOf(copyColumn(input.truth, input.labelCount, label)),
      );
      return meanOfWeighted(figuresPerLabel(input, figure), positives);
    }
    case 'samples':
      return meanOf(figuresPerRow(input, figure));
  }
}
