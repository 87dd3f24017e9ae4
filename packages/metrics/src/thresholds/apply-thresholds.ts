import { PolyheadError, type Matrix } from '@polyhead/types';
import { assertLength } from '../input-checks.ts';
import { applyColumnThresholds } from '../kernels/rows.ts';
import { defaultThreshold } from './default-threshold.ts';

/**
 * Thresholds in label order. Labels that the record does not name have 0.5.
 * @throws {PolyheadError} UNKNOWN_LABEL, NOT_FINITE
 */
export function thresholdsInOrder(
  labels: readonly string[],
  thresholds: Readonly<Record<string, number>> = {},
): Float64Array {
  const known = new Set(labels);
  for (const [label, threshold] of Object.entries(thresholds)) {
    if (!known.has(label)) {
      throw new PolyheadError('UNKNOWN_LABEL', {
        message: `There is a threshold for "${label}", which is no label of the targets.`,
        remedy: 'Remove it or correct its spelling.',
        details: { label },
      });
    }
    if (!Number.isFinite(threshold)) {
      throw new PolyheadError('NOT_FINITE', {
        message: `The threshold of "${label}" is ${threshold}.`,
        remedy: 'Give a number, usually between 0 and 1.',
        details: { label },
      });
    }
  }
  return Float64Array.from(labels, (label) =>
    Object.hasOwn(thresholds, label) ? (thresholds[label] ?? defaultThreshold) : defaultThreshold,
  );
}

/**
 * Decisions `[rows, labels]`: 1 where a score is at least its label's threshold.
 * @param thresholds `[labels]`
 * @throws {PolyheadError} SHAPE_MISMATCH
 */
export function applyThresholds(scores: Matrix, thresholds: ArrayLike<number>): Uint8Array {
  assertLength('thresholds', thresholds, scores.columns);
  return applyColumnThresholds(scores.data, thresholds);
}
