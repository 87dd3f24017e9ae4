import * as tf from '@tensorflow/tfjs-core';
import { PolyheadError } from '@polyhead/types';

/**
 * The mean of row losses, a scalar: `sum(weights * losses) / sum(weights)`; 0 if all weights are 0.
 * @param rowLosses `[rows]`
 * @param weights `[rows]`; 1 for each row if absent
 */
export function meanOverRows(rowLosses: tf.Tensor, weights: tf.Tensor | undefined): tf.Tensor {
  if (weights === undefined) return tf.mean(rowLosses);
  return tf.div(tf.sum(tf.mul(rowLosses, weights)), tf.maximum(tf.sum(weights), smallestWeight));
}

/** Keeps a batch whose weights are all 0 from giving 0 / 0. */
export const smallestWeight = 1e-30;

/**
 * Checks that logits, targets and weights belong together.
 * @throws {PolyheadError} SHAPE_MISMATCH
 */
export function assertBatch(
  loss: string,
  logits: tf.Tensor,
  rest: { targets: tf.Tensor; weights: tf.Tensor | undefined; indices?: boolean },
): void {
  const { targets, weights } = rest;
  const [rows = 0] = logits.shape;
  if (logits.rank !== 2) throw mismatch(loss, `logits have shape ${describe(logits)} where [rows, outputs] is needed`);
  const asIndices = rest.indices === true && targets.rank === 1 && targets.shape[0] === rows;
  const asMatrix = targets.rank === 2 && targets.shape[0] === rows && targets.shape[1] === logits.shape[1];
  if (!asIndices && !asMatrix)
    throw mismatch(loss, `targets have shape ${describe(targets)} beside logits ${describe(logits)}`);
  if (weights !== undefined && (weights.rank !== 1 || weights.shape[0] !== rows)) {
    throw mismatch(loss, `sample weights have shape ${describe(weights)} beside logits ${describe(logits)}`);
  }
}

/**
 * A per-output option as a tensor `[outputs]`.
 * @throws {PolyheadError} SHAPE_MISMATCH if it has another length than the logits have outputs
 */
export function toOutputWeights(
  option: { loss: string; name: string; values: Float32Array },
  logits: tf.Tensor,
): tf.Tensor {
  const outputs = logits.shape[1] ?? 0;
  if (option.values.length !== outputs) {
    throw mismatch(option.loss, `${option.name} has ${option.values.length} values for ${outputs} outputs`);
  }
  return tf.tensor1d(option.values);
}

function describe(tensor: tf.Tensor): string {
  return `[${tensor.shape.join(', ')}]`;
}

function mismatch(loss: string, problem: string): PolyheadError {
  return new PolyheadError('SHAPE_MISMATCH', {
    message: `The loss "${loss}" cannot be computed: ${problem}.`,
    remedy: 'Pass logits [rows, outputs] with targets and weights of as many rows.',
  });
}
