import type * as tf from '@tensorflow/tfjs-core';
import { PolyheadError } from '@polyhead/types';
import type { GroupBatch, PairBatch, RankingBatch, TripletBatch } from '@polyhead/types';

/** What is checked: a batch of the loss `loss` on these embeddings. */
export interface CheckedBatch<Batch> {
  readonly loss: string;
  readonly embeddings: tf.Tensor;
  readonly batch: Batch;
}

/**
 * Checks that pairs name rows of the embeddings, that there are some, and that targets and weights are usable.
 * @throws {PolyheadError} SHAPE_MISMATCH, INVALID_ARGUMENT
 */
export function assertPairBatch({ loss, embeddings, batch }: CheckedBatch<PairBatch>): void {
  const { first, second, targets, weights } = batch;
  assertRows(loss, embeddings, { first, second });
  assertSameLength(loss, { first, second, targets, ...(weights === undefined ? {} : { weights }) });
  assertValues(loss, { name: 'targets', values: targets, isValid: Number.isFinite });
  if (weights !== undefined) {
    assertValues(loss, { name: 'weights', values: weights, isValid: (weight) => weight >= 0 && weight < Infinity });
  }
}

/**
 * Checks that triplets name rows of the embeddings, and that there are some.
 * @throws {PolyheadError} SHAPE_MISMATCH
 */
export function assertTripletBatch({ loss, embeddings, batch }: CheckedBatch<TripletBatch>): void {
  const { anchors, positives, negatives } = batch;
  assertRows(loss, embeddings, { anchors, positives, negatives });
  assertSameLength(loss, { anchors, positives, negatives });
}

/**
 * Checks that anchors, positives and negatives name rows of the embeddings, and that there are anchors.
 * @throws {PolyheadError} SHAPE_MISMATCH
 */
export function assertRankingBatch({ loss, embeddings, batch }: CheckedBatch<RankingBatch>): void {
  const { anchors, positives, negatives = new Int32Array() } = batch;
  assertRows(loss, embeddings, { anchors, positives, negatives });
  assertSameLength(loss, { anchors, positives });
}

/**
 * Checks that there are rows, and that what they share is a symmetric matrix of zeros and ones.
 * @throws {PolyheadError} SHAPE_MISMATCH, INVALID_ARGUMENT
 */
export function assertGroupBatch({ loss, embeddings, batch }: CheckedBatch<GroupBatch>): void {
  assertRows(loss, embeddings, {});
  const [rows = 0] = embeddings.shape;
  const { alike } = batch;
  if (rows === 0) throw mismatch(loss, 'the batch is empty');
  if (alike.length !== rows * rows) {
    throw mismatch(loss, `"alike" has ${alike.length} entries for ${rows} rows (${rows * rows} are needed)`);
  }
  for (let row = 0; row < rows; row++) {
    for (let other = 0; other < row; other++) {
      const value = alike[row * rows + other];
      if ((value !== 0 && value !== 1) || value !== alike[other * rows + row]) {
        throw invalid(
          loss,
          `"alike" is ${String(value)} for rows ${row} and ${other}, or differs from ${other} and ${row}`,
        );
      }
    }
  }
}

function assertRows(loss: string, embeddings: tf.Tensor, lists: Record<string, Int32Array>): void {
  if (embeddings.rank !== 2) {
    throw mismatch(loss, `embeddings have shape [${embeddings.shape.join(', ')}] where [rows, dimension] is needed`);
  }
  const [rows = 0] = embeddings.shape;
  for (const [name, list] of Object.entries(lists)) {
    const position = list.findIndex((row) => row < 0 || row >= rows);
    if (position !== -1) throw mismatch(loss, `${name}[${position}] is row ${String(list[position])} of ${rows} rows`);
  }
}

function assertSameLength(loss: string, lists: Record<string, ArrayLike<number>>): void {
  const lengths = Object.entries(lists).map(([name, { length }]) => ({ name, length }));
  const [wanted] = lengths;
  if (wanted === undefined || wanted.length === 0) throw mismatch(loss, 'the batch is empty');
  const other = lengths.find(({ length }) => length !== wanted.length);
  if (other === undefined) return;
  throw mismatch(loss, `${other.name} has ${other.length} entries beside ${wanted.length} of ${wanted.name}`);
}

function assertValues(
  loss: string,
  list: { name: string; values: Float32Array; isValid: (value: number) => boolean },
): void {
  const position = list.values.findIndex((value) => !list.isValid(value));
  if (position !== -1) throw invalid(loss, `${list.name}[${position}] is ${String(list.values[position])}`);
}

function mismatch(loss: string, problem: string): PolyheadError {
  return new PolyheadError('SHAPE_MISMATCH', {
    message: `The loss "${loss}" cannot be computed: ${problem}.`,
    remedy: 'Pass embeddings [rows, dimension] and a batch of at least one entry whose indices are rows of them.',
  });
}

function invalid(loss: string, problem: string): PolyheadError {
  return new PolyheadError('INVALID_ARGUMENT', {
    message: `The loss "${loss}" cannot be computed: ${problem}.`,
    remedy: 'Targets are finite, weights finite and 0 or more; "alike" is symmetric and holds 0 and 1.',
  });
}
