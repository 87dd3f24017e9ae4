import { PolyheadError, type Matrix, type MultiLabelTargets } from '@polyhead/types';
import { splitAndSort } from '../kernels/binary-curve.ts';
import { countAtThresholds } from '../kernels/counts-at-thresholds.ts';
import { copyColumn } from '../kernels/rows.ts';
import { assertFinite } from '../input-checks.ts';
import { assertMultiLabelScores } from '../target-checks.ts';

/** What one label's decisions are worth at one threshold. */
export interface ThresholdRow {
  readonly threshold: number;
  /** Examples that get the label. */
  readonly predicted: number;
  /** 0 where nothing is predicted. */
  readonly precision: number;
  /** 0 without positives. */
  readonly recall: number;
  readonly f1: number;
}

/** Which label, and at which thresholds. */
export interface ThresholdTableOptions {
  readonly label: string;
  /** @default 0.05, 0.1 ... 0.95 */
  readonly thresholds?: readonly number[];
}

const defaultThresholds: readonly number[] = Array.from({ length: 19 }, (_, index) => (index + 1) / 20);

/**
 * Precision, recall and F1 of one label at several thresholds, ascending.
 * @throws {PolyheadError} TOO_FEW_EXAMPLES, SHAPE_MISMATCH, INVALID_ARGUMENT, NOT_FINITE, UNKNOWN_LABEL
 */
export function thresholdTable(
  targets: MultiLabelTargets,
  scores: Matrix,
  options: ThresholdTableOptions,
): ThresholdRow[] {
  assertMultiLabelScores(targets, scores);
  const index = targets.labels.indexOf(options.label);
  if (index === -1) {
    throw new PolyheadError('UNKNOWN_LABEL', {
      message: `A threshold table was asked for "${options.label}", which is no label of the targets.`,
      remedy: 'Name one of the labels.',
      details: { label: options.label },
    });
  }
  const thresholds = Float64Array.from(options.thresholds ?? defaultThresholds).sort();
  assertFinite('thresholds', thresholds);
  const columns = targets.labels.length;
  const split = splitAndSort(copyColumn(targets.indicators, columns, index), copyColumn(scores.data, columns, index));
  const { truePositives, falsePositives } = countAtThresholds(split, thresholds);
  return Array.from(thresholds, (threshold, row) => {
    const found = truePositives[row] ?? 0;
    const predicted = found + (falsePositives[row] ?? 0);
    const positives = split.positives.length;
    return {
      threshold,
      predicted,
      precision: predicted === 0 ? 0 : found / predicted,
      recall: positives === 0 ? 0 : found / positives,
      f1: predicted + positives === 0 ? 0 : (2 * found) / (predicted + positives),
    };
  });
}
