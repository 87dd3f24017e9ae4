import type { Matrix, MultiLabelTargets, SingleLabelTargets } from '@polyhead/types';
import { argMaxRows } from '../kernels/rows.ts';
import { assertMultiLabelScores, assertSingleLabelScores } from '../target-checks.ts';
import { applyThresholds, thresholdsInOrder } from '../thresholds/apply-thresholds.ts';

/** An example that was decided wrongly. */
export interface ConfidentMistake {
  /** Counted from 0. */
  readonly row: number;
  /** The true labels: one for single-label data. */
  readonly truth: readonly string[];
  /** The labels decided on: one for single-label data. */
  readonly predicted: readonly string[];
  /** The label that was most confidently wrong: predicted though not true, or true though not predicted. */
  readonly label: string;
  /** The score of `label`: high if it was predicted, low if it was missed. */
  readonly score: number;
}

/** How many mistakes, and how decisions are made. */
export interface ConfidentMistakesOptions {
  /** @default 20 */
  readonly count?: number;
  /** By label, for multi-label data. @default 0.5 for every label */
  readonly thresholds?: Readonly<Record<string, number>> | undefined;
}

interface WrongDecision {
  readonly row: number;
  readonly column: number;
  /** The score of a label that was predicted, 1 - score of one that was missed. */
  readonly confidence: number;
}

/**
 * The examples that were decided wrongly with the most confidence, most confident first, one entry a row.
 * @param scores `[rows, labels]`
 * @throws {PolyheadError} TOO_FEW_EXAMPLES, SHAPE_MISMATCH, INVALID_ARGUMENT, NOT_FINITE, UNKNOWN_LABEL
 */
export function findConfidentMistakes(
  targets: SingleLabelTargets | MultiLabelTargets,
  scores: Matrix,
  options: ConfidentMistakesOptions = {},
): ConfidentMistake[] {
  const { count = 20 } = options;
  if (targets.task === 'single-label') return singleLabelMistakes(targets, scores, count);
  return multiLabelMistakes(targets, scores, { count, thresholds: options.thresholds });
}

function singleLabelMistakes(targets: SingleLabelTargets, scores: Matrix, count: number): ConfidentMistake[] {
  assertSingleLabelScores(targets, scores);
  const wrong: WrongDecision[] = [];
  argMaxRows(scores.data, scores.columns).forEach((column, row) => {
    if (column === targets.classIndices[row]) return;
    wrong.push({ row, column, confidence: scores.data[row * scores.columns + column] ?? 0 });
  });
  return mostConfident(wrong, count).map(({ row, column, confidence }) => {
    const predicted = targets.labels[column] ?? '';
    const truth = targets.labels[targets.classIndices[row] ?? -1] ?? '';
    return { row, truth: [truth], predicted: [predicted], label: predicted, score: confidence };
  });
}

function multiLabelMistakes(
  targets: MultiLabelTargets,
  scores: Matrix,
  options: ConfidentMistakesOptions & { readonly count: number },
): ConfidentMistake[] {
  assertMultiLabelScores(targets, scores);
  const { columns, rows } = scores;
  const decisions = applyThresholds(scores, thresholdsInOrder(targets.labels, options.thresholds));
  const wrong: WrongDecision[] = [];
  for (let row = 0; row < rows; row++) {
    const worst = worstOfRow(row, { targets, scores, decisions });
    if (worst !== undefined) wrong.push(worst);
  }
  const labelsAt = (indicators: Uint8Array, row: number): string[] =>
    targets.labels.filter((_, column) => indicators[row * columns + column] === 1);
  return mostConfident(wrong, options.count).map(({ row, column }) => ({
    row,
    truth: labelsAt(targets.indicators, row),
    predicted: labelsAt(decisions, row),
    label: targets.labels[column] ?? '',
    score: scores.data[row * columns + column] ?? 0,
  }));
}

interface Decided {
  readonly targets: MultiLabelTargets;
  readonly scores: Matrix;
  readonly decisions: Uint8Array;
}

function worstOfRow(row: number, { targets, scores, decisions }: Decided): WrongDecision | undefined {
  let worst: WrongDecision | undefined;
  for (let column = 0; column < scores.columns; column++) {
    const at = row * scores.columns + column;
    if (decisions[at] === targets.indicators[at]) continue;
    const score = scores.data[at] ?? 0;
    const confidence = decisions[at] === 1 ? score : 1 - score;
    if (worst === undefined || confidence > worst.confidence) worst = { row, column, confidence };
  }
  return worst;
}

function mostConfident(wrong: WrongDecision[], count: number): WrongDecision[] {
  return wrong.sort((a, b) => b.confidence - a.confidence || a.row - b.row).slice(0, count);
}
