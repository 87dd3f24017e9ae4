import { evaluateMultiLabel, tuneThresholds } from '@polyhead/metrics';
import { PolyheadError, type Matrix, type MultiLabelTargets, type Targets } from '@polyhead/types';

/** F1 of a multi-label head on test data, at 0.5 and at thresholds tuned on validation data. */
export interface EmotionFigures {
  readonly macroAtHalf: number;
  readonly microAtHalf: number;
  readonly macroTuned: number;
  readonly microTuned: number;
}

export const emotionHeadings: readonly string[] = [
  'macro F1 at 0.5',
  'micro F1 at 0.5',
  'macro F1 tuned',
  'micro F1 tuned',
];

/** The scores and targets of a split. */
export interface ScoredSplit {
  readonly targets: MultiLabelTargets;
  /** `[rows, labels]` */
  readonly scores: Matrix;
}

/** Thresholds on a grid of 0.01, for the best F1 of each label. */
export function emotionFigures(validation: ScoredSplit, test: ScoredSplit): EmotionFigures {
  const { thresholds } = tuneThresholds({ ...validation, metric: 'f1', grid: 0.01 });
  const evaluation = evaluateMultiLabel({ ...test, thresholds });
  const half = evaluation['at_0.5'];
  return {
    macroAtHalf: half.macro_f1,
    microAtHalf: half.micro_f1,
    macroTuned: evaluation.macro_f1,
    microTuned: evaluation.micro_f1,
  };
}

export function toFigureCells(figures: EmotionFigures): string[] {
  const { macroAtHalf, microAtHalf, macroTuned, microTuned } = figures;
  return [macroAtHalf, microAtHalf, macroTuned, microTuned].map((value) => value.toFixed(4));
}

/** @throws {PolyheadError} TASK_UNSUPPORTED */
export function assertMultiLabel(targets: Targets): MultiLabelTargets {
  if (targets.task === 'multi-label') return targets;
  throw new PolyheadError('TASK_UNSUPPORTED', { message: `These targets are ${targets.task}, not multi-label.` });
}
