/** Decisions about one label at one threshold. */
export interface DecisionCounts {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly falseNegatives: number;
  readonly trueNegatives: number;
}

/** What a threshold can be tuned for. */
export type ThresholdMetric = 'f1' | 'f0.5' | 'f2' | 'balanced_accuracy' | 'mcc' | 'accuracy';

function fbeta(beta: number): (counts: DecisionCounts) => number {
  const square = beta * beta;
  return ({ truePositives, falsePositives, falseNegatives }) => {
    const denominator = (1 + square) * truePositives + square * falseNegatives + falsePositives;
    return denominator === 0 ? 0 : ((1 + square) * truePositives) / denominator;
  };
}

function ratio(part: number, rest: number): number {
  return part + rest === 0 ? 0 : part / (part + rest);
}

/** 0 where undefined. */
function matthewsOf({
  truePositives: tp,
  falsePositives: fp,
  falseNegatives: fn,
  trueNegatives: tn,
}: DecisionCounts): number {
  const product = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn);
  return product === 0 ? 0 : (tp * tn - fp * fn) / Math.sqrt(product);
}

/** Each metric as a function of the counts; greater is better. */
export const thresholdMetrics: Readonly<Record<ThresholdMetric, (counts: DecisionCounts) => number>> = {
  f1: fbeta(1),
  'f0.5': fbeta(0.5),
  f2: fbeta(2),
  balanced_accuracy: ({ truePositives, falsePositives, falseNegatives, trueNegatives }) =>
    (ratio(truePositives, falseNegatives) + ratio(trueNegatives, falsePositives)) / 2,
  mcc: matthewsOf,
  accuracy: ({ truePositives, falsePositives, falseNegatives, trueNegatives }) =>
    ratio(truePositives + trueNegatives, falsePositives + falseNegatives),
};
