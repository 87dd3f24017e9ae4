import {
  PolyheadError,
  type FittedHead,
  type HeadPrediction,
  type LabelScore,
  type Matrix,
  type MultiLabelPrediction,
  type SingleLabelPrediction,
  type ThresholdedLabelScore,
} from '@polyhead/types';
import { assertMatrix } from '../contract/validate-examples.ts';

/** What {@link toHeadPredictions} decides from. */
export interface HeadDecisionOptions {
  /** Its task and labels say what is decided. */
  readonly head: Pick<FittedHead, 'task' | 'labels'>;
  /** `[rows, labels]`: what `scoreLogits` or `applyActivation` returned. */
  readonly scores: Matrix;
  /** Multi-label only: the score from which on a label is assigned, by label. @default 0.5 for labels not named */
  readonly thresholds?: Readonly<Record<string, number>> | undefined;
  /** Single-label only: the score of the best label from which on it is the answer, in [0, 1]. @default 0, always */
  readonly abstainBelow?: number | undefined;
  /** How many labels `scores` lists, at most. @default all */
  readonly topK?: number | undefined;
}

const defaultThreshold = 0.5;

/**
 * Decides: the label with the highest score (none where that is too low), the labels at or above their thresholds, or the value. Labels with equal
 * scores keep the order of the head.
 * @throws {PolyheadError} SHAPE_MISMATCH, INVALID_ARGUMENT, TASK_UNSUPPORTED for a head that cannot abstain, UNKNOWN_LABEL
 * for a threshold of a label that the head does not have
 */
export function toHeadPredictions(options: HeadDecisionOptions): HeadPrediction[] {
  const { scores } = options;
  assertDecisionOptions(options);
  const decide = createDecision(options);
  return Array.from({ length: scores.rows }, (_, row) =>
    decide(scores.data.subarray(row * scores.columns, (row + 1) * scores.columns)),
  );
}

type Decision = (row: Float32Array) => HeadPrediction;

function createDecision(options: HeadDecisionOptions): Decision {
  const { head, thresholds = {}, abstainBelow = 0, topK = Infinity } = options;
  const { task, labels } = head;
  const byLabel = new Map(Object.entries(thresholds));
  const named = labels.map((label) => ({ label, threshold: byLabel.get(label) ?? defaultThreshold }));
  switch (task) {
    case 'single-label':
      return (row) => {
        const ranked = labels.map((label, index) => ({ label, score: row[index] ?? 0 })).sort(byScore);
        return decideSingleLabel(ranked, { abstainBelow, topK });
      };
    case 'multi-label':
      return (row) =>
        decideMultiLabel(
          named.map(({ label, threshold }, index) => ({ label, score: row[index] ?? 0, threshold })).sort(byScore),
          topK,
        );
    case 'regression':
      return (row) => ({ task: 'regression', value: row[0] ?? Number.NaN });
  }
}

/** Best first; sorting is stable, so that equal scores keep the order of the head. */
function byScore(a: LabelScore, b: LabelScore): number {
  return b.score - a.score;
}

function decideSingleLabel(
  ranked: LabelScore[],
  { abstainBelow, topK }: { readonly abstainBelow: number; readonly topK: number },
): SingleLabelPrediction {
  const [best = { label: '', score: 0 }] = ranked;
  // Not "below the limit": a score that is no probability, of a head that never abstains, may be negative.
  const answers = abstainBelow === 0 || best.score >= abstainBelow;
  return {
    task: 'single-label',
    label: answers ? best.label : null,
    score: best.score,
    scores: ranked.slice(0, topK),
  };
}

function decideMultiLabel(ranked: ThresholdedLabelScore[], topK: number): MultiLabelPrediction {
  const assigned = ranked.filter(({ score, threshold }) => score >= threshold).map(({ label }) => label);
  return { task: 'multi-label', labels: assigned, scores: ranked.slice(0, topK) };
}

function assertDecisionOptions({ head, scores, thresholds = {}, abstainBelow, topK = 1 }: HeadDecisionOptions): void {
  assertMatrix(scores);
  if (scores.columns !== head.labels.length || scores.columns === 0) {
    throw new PolyheadError('SHAPE_MISMATCH', {
      message: `There are ${scores.columns} scores a row for ${head.labels.length} labels.`,
      remedy: 'Pass the scores of this head.',
    });
  }
  if (!(Number.isInteger(topK) && topK >= 1)) {
    throw new PolyheadError('INVALID_ARGUMENT', {
      message: `topK is ${topK}.`,
      remedy: 'Pass an integer of 1 or more.',
    });
  }
  if (abstainBelow !== undefined) assertCanAbstain(head.task, abstainBelow);
  const unknown = Object.keys(thresholds).find((label) => !head.labels.includes(label));
  if (unknown === undefined) return;
  throw new PolyheadError('UNKNOWN_LABEL', {
    message: `There is a threshold for the label "${unknown}", which the head does not have.`,
    remedy: `Its labels are ${head.labels.slice(0, 20).join(', ')}${head.labels.length > 20 ? ', ...' : ''}.`,
    details: { label: unknown },
  });
}

function assertCanAbstain(task: FittedHead['task'], abstainBelow: number): void {
  if (task !== 'single-label') {
    throw new PolyheadError('TASK_UNSUPPORTED', {
      message: `A ${task} head cannot abstain.`,
      remedy: 'Only heads that give one label a text can; multi-label heads have thresholds.',
      details: { task },
    });
  }
  if (abstainBelow >= 0 && abstainBelow <= 1) return;
  throw new PolyheadError('INVALID_ARGUMENT', {
    message: `abstainBelow is ${abstainBelow}.`,
    remedy: 'Pass a probability from 0 to 1.',
  });
}
