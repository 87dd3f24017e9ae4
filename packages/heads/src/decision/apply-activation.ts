import { sigmoid, softmaxRows } from '@polyhead/numerics';
import type { Activation, Matrix } from '@polyhead/types';
import { assertMatrix } from '../contract/validate-examples.ts';

/** Divides every row by its sum; a row of zeros becomes uniform. */
function normalizeRows(data: Float64Array, columns: number): void {
  for (let start = 0; start < data.length; start += columns) {
    const row = data.subarray(start, start + columns);
    const sum = row.reduce((total, value) => total + value, 0);
    for (let index = 0; index < columns; index += 1) row[index] = sum > 0 ? (row[index] ?? 0) / sum : 1 / columns;
  }
}

/**
 * Scores from logits, computed in float64.
 * @param logits `[rows, labels]`, left as it is
 * @returns `[rows, labels]`: probabilities, or the values themselves for `identity`
 * @throws {PolyheadError} SHAPE_MISMATCH
 */
export function applyActivation(logits: Matrix, activation: Activation): Matrix {
  assertMatrix(logits);
  const { rows, columns } = logits;
  if (activation === 'identity') return { data: logits.data.slice(), rows, columns };
  const scores = Float64Array.from(logits.data);
  if (activation === 'softmax') {
    softmaxRows(scores, rows, columns);
  } else {
    for (const [index, value] of scores.entries()) scores[index] = sigmoid(value);
    if (activation === 'normalized-sigmoid') normalizeRows(scores, columns);
  }
  return { data: Float32Array.from(scores), rows, columns };
}
