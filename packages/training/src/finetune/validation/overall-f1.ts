import {
  applyThresholds,
  confusionMatrix,
  countsPerClass,
  countsPerLabel,
  precisionRecallFbeta,
  seenClasses,
  selectClasses,
  thresholdsInOrder,
  type BinaryCounts,
} from '@polyhead/metrics';
import type { Matrix, Targets } from '@polyhead/types';

/** Truth and scores of one head. */
export interface ScoredHead {
  readonly targets: Targets;
  readonly scores: Matrix;
  /** Of a multi-label head. @default 0.5 for every label */
  readonly thresholds?: Readonly<Record<string, number>> | undefined;
}

/**
 * Micro and macro F1 over the labels of all classification heads together, as if they were the labels of one.
 * @returns undefined without classification heads
 */
export function overallF1(heads: readonly ScoredHead[]): { micro_f1: number; macro_f1: number } | undefined {
  const counts = heads.flatMap((head) => countsOf(head) ?? []);
  if (counts.length === 0) return undefined;
  const join = (field: keyof BinaryCounts): Float64Array =>
    Float64Array.from(counts.flatMap((part) => [...part[field]]));
  const { micro, macro } = precisionRecallFbeta({
    truePositives: join('truePositives'),
    falsePositives: join('falsePositives'),
    falseNegatives: join('falseNegatives'),
    trueNegatives: join('trueNegatives'),
  });
  return { micro_f1: micro.fbeta, macro_f1: macro.fbeta };
}

function countsOf({ targets, scores, thresholds }: ScoredHead): BinaryCounts | undefined {
  switch (targets.task) {
    case 'single-label': {
      const matrix = confusionMatrix({
        truth: targets.classIndices,
        predicted: bestColumns(scores),
        classCount: targets.labels.length,
      });
      return countsPerClass(selectClasses(matrix, seenClasses(matrix)));
    }
    case 'multi-label': {
      const predicted = applyThresholds(scores, thresholdsInOrder(targets.labels, thresholds));
      return countsPerLabel({ truth: targets.indicators, predicted, labelCount: targets.labels.length });
    }
    case 'regression':
      return undefined;
  }
}

/** For each row the column with the highest score, the first of equals. */
function bestColumns({ data, rows, columns }: Matrix): Int32Array {
  return Int32Array.from({ length: rows }, (_, row) => {
    const scores = data.subarray(row * columns, (row + 1) * columns);
    return scores.reduce((best, score, column) => (score > (scores[best] ?? 0) ? column : best), 0);
  });
}
