/** A confusion matrix as evaluations hold it. */
export interface LabeledConfusionMatrix {
  readonly labels: readonly string[];
  /** `[labels][labels]`: rows are true labels, columns predicted ones. */
  readonly counts: readonly (readonly number[])[];
}

/** Two labels of which one is taken for the other. */
export interface ConfusedPair {
  readonly truth: string;
  readonly predicted: string;
  readonly count: number;
  /** `count` divided by all examples of `truth`. */
  readonly share: number;
}

/** The pairs of labels that are confused most often, most often first; pairs that never are do not appear. */
export function mostConfusedPairs(matrix: LabeledConfusionMatrix, count = 10): ConfusedPair[] {
  const pairs = matrix.labels.flatMap((truth, row) => {
    const counts = matrix.counts[row] ?? [];
    const total = counts.reduce((sum, value) => sum + value, 0);
    return matrix.labels.map((predicted, column): ConfusedPair => {
      const times = row === column ? 0 : (counts[column] ?? 0);
      return { truth, predicted, count: times, share: total === 0 ? 0 : times / total };
    });
  });
  return pairs
    .filter((pair) => pair.count > 0)
    .sort((a, b) => b.count - a.count || b.share - a.share)
    .slice(0, count);
}
