import {
  PolyheadError,
  type Matrix,
  type MultiLabelTargets,
  type RegressionTargets,
  type SingleLabelTargets,
} from '@polyhead/types';
import {
  assertClassIndices,
  assertEnoughExamples,
  assertFinite,
  assertIndicators,
  assertLength,
} from './input-checks.ts';

/** @throws {PolyheadError} TOO_FEW_EXAMPLES, SHAPE_MISMATCH, INVALID_ARGUMENT, NOT_FINITE */
export function assertSingleLabelScores(targets: SingleLabelTargets, scores: Matrix): void {
  assertScores(targets.labels, scores);
  assertLength('targets.classIndices', targets.classIndices, scores.rows);
  assertEnoughExamples(scores.rows);
  assertClassIndices('targets.classIndices', targets.classIndices, targets.labels.length);
}

/** @throws {PolyheadError} TOO_FEW_EXAMPLES, SHAPE_MISMATCH, INVALID_ARGUMENT, NOT_FINITE */
export function assertMultiLabelScores(targets: MultiLabelTargets, scores: Matrix): void {
  assertScores(targets.labels, scores);
  assertLength('targets.indicators', targets.indicators, scores.rows * scores.columns);
  assertEnoughExamples(scores.rows);
  assertIndicators('targets.indicators', targets.indicators);
}

/** @throws {PolyheadError} TOO_FEW_EXAMPLES, SHAPE_MISMATCH, NOT_FINITE */
export function assertRegressionValues(targets: RegressionTargets, values: ArrayLike<number>): void {
  assertLength('values', values, targets.values.length);
  assertEnoughExamples(targets.values.length);
  assertFinite('targets.values', targets.values);
  assertFinite('values', values);
}

function assertScores(labels: readonly string[], scores: Matrix): void {
  if (scores.columns !== labels.length) {
    throw new PolyheadError('SHAPE_MISMATCH', {
      message: `The scores have ${scores.columns} columns and the targets ${labels.length} labels.`,
      remedy: 'Score every label of the targets, in their order.',
      details: { columns: scores.columns, labels: labels.length },
    });
  }
  assertLength('scores.data', scores.data, scores.rows * scores.columns);
  assertFinite('scores.data', scores.data);
}
