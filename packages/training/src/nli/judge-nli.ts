import { evaluateSingleLabel, type SingleLabelEvaluation } from '@polyhead/metrics';
import { softmaxRows } from '@polyhead/numerics';
import type { Matrix } from '@polyhead/types';
import type { Judgement } from '../finetune/loop/training-state.ts';

/** The figures of every set of pairs, by its name. */
export type NliEvaluations = Readonly<Record<string, SingleLabelEvaluation>>;

/**
 * Measures what a classifier says of pairs.
 * @param labels names of its outputs
 * @param classes `[pairs]`: the outputs that are right
 * @param logits `[pairs, outputs]`
 */
export function evaluatePairs(labels: readonly string[], classes: Int32Array, logits: Matrix): SingleLabelEvaluation {
  const data = logits.data.slice();
  softmaxRows(data, logits.rows, logits.columns);
  return evaluateSingleLabel({
    targets: { task: 'single-label', labels, classIndices: classes },
    scores: { data, rows: logits.rows, columns: logits.columns },
  });
}

/** What training goes by: the mean over sets of macro F1. */
export function toJudgement(evaluations: NliEvaluations): Judgement {
  const entries = Object.entries(evaluations);
  const figures = entries.flatMap(([name, { accuracy, macro_f1 }]): [string, number][] => [
    [`${name}.accuracy`, accuracy],
    [`${name}.macro_f1`, macro_f1],
  ]);
  const score = entries.reduce((sum, [, { macro_f1 }]) => sum + macro_f1, 0) / Math.max(1, entries.length);
  return { score, figures: Object.fromEntries(figures), report: { ...evaluations } };
}
