import {
  accuracy,
  balancedAccuracy,
  confusionMatrix,
  countsPerClass,
  precisionRecallFbeta,
  seenClasses,
  selectCounts,
} from '@polyhead/metrics';
import type { RandomGenerator } from '@polyhead/types';

/** The figures that are reported. */
export const figureNames = ['macro_f1', 'balanced_accuracy', 'accuracy'] as const;

/** The name of a figure that is reported. */
export type FigureName = (typeof figureNames)[number];

/** A figure and how sure it is. */
export interface EstimatedFigure {
  readonly value: number;
  /** Ends of the interval that holds 95 in 100 of the figures of rows drawn anew. */
  readonly low: number;
  readonly high: number;
  /** Standard deviation of those figures. */
  readonly standard_error: number;
}

/** What was predicted for what. */
export interface ClassDecisions {
  readonly truth: Int32Array;
  readonly predicted: Int32Array;
  readonly classCount: number;
}

/** All figures as scikit-learn computes them: macro F1 leaves out labels that neither occur nor are predicted. */
export function computeFigures(decisions: ClassDecisions): Record<FigureName, number> {
  const matrix = confusionMatrix(decisions);
  return {
    macro_f1: precisionRecallFbeta(selectCounts(countsPerClass(matrix), seenClasses(matrix))).macro.fbeta,
    balanced_accuracy: balancedAccuracy(matrix),
    accuracy: accuracy(matrix),
  };
}

/**
 * Figures with percentile bootstrap intervals: rows are drawn with replacement, as many as there are, and the figures
 * computed again.
 */
export function bootstrapFigures(
  decisions: ClassDecisions,
  { resamples, random }: { readonly resamples: number; readonly random: RandomGenerator },
): Record<FigureName, EstimatedFigure> {
  const { truth, predicted, classCount } = decisions;
  const drawn: Record<FigureName, Float64Array> = {
    macro_f1: new Float64Array(resamples),
    balanced_accuracy: new Float64Array(resamples),
    accuracy: new Float64Array(resamples),
  };
  const again = { truth: new Int32Array(truth.length), predicted: new Int32Array(truth.length), classCount };
  for (let resample = 0; resample < resamples; resample++) {
    for (let row = 0; row < truth.length; row++) {
      const source = random.integer(truth.length);
      again.truth[row] = truth[source] ?? 0;
      again.predicted[row] = predicted[source] ?? 0;
    }
    const figures = computeFigures(again);
    for (const name of figureNames) drawn[name][resample] = figures[name];
  }
  const values = computeFigures(decisions);
  const estimate = (name: FigureName): EstimatedFigure => ({ value: values[name], ...describeSpread(drawn[name]) });
  return {
    macro_f1: estimate('macro_f1'),
    balanced_accuracy: estimate('balanced_accuracy'),
    accuracy: estimate('accuracy'),
  };
}

function describeSpread(drawn: Float64Array): Omit<EstimatedFigure, 'value'> {
  const sorted = drawn.toSorted();
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
  const mean = drawn.reduce((sum, value) => sum + value, 0) / drawn.length;
  const variance = drawn.reduce((sum, value) => sum + (value - mean) ** 2, 0) / drawn.length;
  return { low: at(0.025), high: at(0.975), standard_error: Math.sqrt(variance) };
}

/** The mean of figures of independent sets, with the interval that their standard errors give (normal approximation). */
export function averageFigures(figures: readonly EstimatedFigure[]): EstimatedFigure {
  const value = figures.reduce((sum, figure) => sum + figure.value, 0) / figures.length;
  const error = Math.sqrt(figures.reduce((sum, figure) => sum + figure.standard_error ** 2, 0)) / figures.length;
  const low = Math.max(0, value - 1.96 * error);
  return { value, low, high: Math.min(1, value + 1.96 * error), standard_error: error };
}
