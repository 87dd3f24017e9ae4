import type { RandomGenerator } from '@polyhead/types';
import { copyRows, dropOut } from './kernels/batch-rows.ts';
import type { TrainingTargets } from './training-task.ts';

/** Rows in the order of training, cut into batches. All arrays are reused by the next batch. */
export interface Batch {
  readonly rows: number;
  /** `[rows, dimension]`, after dropout. */
  readonly embeddings: Float32Array;
  /** `[rows, width]` */
  readonly targets: Float32Array;
  /** `[rows]` */
  readonly weights: Float32Array | undefined;
}

/** What batches are made of. */
export interface BatchSource {
  /** `[rows, dimension]` */
  readonly embeddings: Float32Array;
  readonly dimension: number;
  readonly targets: TrainingTargets;
  readonly weights: Float32Array | undefined;
}

/** Makes the batches of one epoch after the other. */
export interface BatchMaker {
  /** All rows once, in a new random order. */
  epoch(): Iterable<Batch>;
}

/**
 * The automatic batch size: the power of two nearest to the square root of the number of rows, from 16 to 512.
 * Small sets need many steps, large sets fewer and larger ones.
 */
export function automaticBatchSize(rows: number): number {
  const exponent = Math.round(Math.log2(Math.max(1, rows)) / 2);
  return Math.min(512, Math.max(16, 2 ** exponent));
}

/** Batches with dropout; order and dropout depend only on `random`. */
export function createBatchMaker(
  source: BatchSource,
  options: { batchSize: number; dropout: number; random: RandomGenerator },
): BatchMaker {
  const { embeddings, dimension, targets, weights } = source;
  const { batchSize, dropout, random } = options;
  const rows = embeddings.length / dimension;
  const order = Int32Array.from({ length: rows }, (_, row) => row);
  const orderRandom = random.fork('order');
  let dropoutState = 1 + random.fork('dropout').integer(0xffffffff);
  const buffers = {
    embeddings: new Float32Array(Math.min(rows, batchSize) * dimension),
    targets: new Float32Array(Math.min(rows, batchSize) * targets.width),
    weights: new Float32Array(Math.min(rows, batchSize)),
  };

  function makeBatch(chosen: Int32Array): Batch {
    const batch = {
      rows: chosen.length,
      embeddings: buffers.embeddings.subarray(0, chosen.length * dimension),
      targets: buffers.targets.subarray(0, chosen.length * targets.width),
      weights: weights === undefined ? undefined : buffers.weights.subarray(0, chosen.length),
    };
    copyRows(embeddings, chosen, dimension, batch.embeddings);
    copyRows(targets.values, chosen, targets.width, batch.targets);
    if (weights !== undefined && batch.weights !== undefined) copyRows(weights, chosen, 1, batch.weights);
    if (dropout > 0) dropoutState = dropOut(batch.embeddings, dropout, dropoutState);
    return batch;
  }

  return {
    *epoch() {
      orderRandom.shuffle(order);
      for (let start = 0; start < rows; start += batchSize) yield makeBatch(order.subarray(start, start + batchSize));
    },
  };
}
