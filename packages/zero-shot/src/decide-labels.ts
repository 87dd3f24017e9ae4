import { sigmoid, softmaxRows } from '@polyhead/numerics';
import type { LabelScore } from '@polyhead/types';
import type { LabelSet } from './hypotheses/label-set.ts';
import type { LabelLogits } from './label-scorer.ts';

/** How labels are chosen. */
export interface DecisionOptions {
  readonly multiLabel: boolean;
  /** Of labels that have none of their own. */
  readonly threshold: number | undefined;
  readonly topK: number | undefined;
}

/** Labels with their scores, and those that were chosen. */
export interface LabelDecision {
  readonly labels: readonly string[];
  readonly scores: readonly LabelScore[];
}

/** Where every label is scored by itself and nobody gave a threshold. */
const evenThreshold = 0.5;

/**
 * Scores and decision from logits. A single label has nothing to be held against, so it is scored by itself. Equal scores
 * stay in the order of the labels.
 */
export function decideLabels(set: LabelSet, logits: LabelLogits, options: DecisionOptions): LabelDecision {
  const isAlone = options.multiLabel || set.labels.length === 1;
  const scores = isAlone ? logits.independent.map(sigmoid) : logits.exclusive.slice();
  if (!isAlone) softmaxRows(scores, 1, scores.length);
  const order = Array.from(scores.keys()).sort((left, right) => (scores[right] ?? 0) - (scores[left] ?? 0));
  const ranked = order.map((place) => ({
    label: set.labels[place] ?? '',
    score: scores[place] ?? 0,
    threshold: set.thresholds[place] ?? options.threshold,
  }));
  const chosen = options.multiLabel
    ? ranked.filter(({ score, threshold = evenThreshold }) => score >= threshold)
    : ranked.slice(0, 1).filter(({ score, threshold = 0 }) => score >= threshold);
  return {
    labels: chosen.map(({ label }) => label),
    scores: ranked.slice(0, options.topK).map(({ label, score }) => ({ label, score })),
  };
}
