import type { EmbeddingBatches, EmbeddingBatchShape, ErrorCode } from '@polyhead/types';

/** Rows of {@link exampleEmbeddings}. */
export const exampleRows = 8;

/** Labels of the rows; each has at least two. */
const exampleLabels: readonly number[] = [0, 0, 0, 1, 1, 2, 2, 2];

/**
 * Eight embeddings of 6 entries that look random, the same in every run. No two distances are so close that a small step
 * would change which is the hardest.
 */
export const exampleEmbeddings: readonly (readonly number[])[] = Array.from({ length: exampleRows }, (_, row) =>
  Array.from({ length: 6 }, (__, column) => {
    const wave = Math.sin((row * 6 + column + 1) * 7.1234) * 43758.5453;
    return 2 * (wave - Math.floor(wave)) - 1 + (column === exampleLabels[row] ? 0.5 : 0);
  }),
);

/** A matrix of 1 where two rows have a label in common. */
export function toAlike(labels: readonly (readonly number[])[]): Float32Array {
  return Float32Array.from(
    labels.flatMap((own) => labels.map((other) => (own.some((label) => other.includes(label)) ? 1 : 0))),
  );
}

/** A batch of each shape on the example embeddings. */
export const exampleBatches: EmbeddingBatches = {
  pairs: {
    first: Int32Array.of(0, 0, 3, 5, 0, 1, 4, 2),
    second: Int32Array.of(1, 2, 4, 6, 3, 5, 7, 6),
    targets: Float32Array.of(1, 1, 1, 1, 0, 0, 0, 0),
  },
  triplets: { anchors: Int32Array.of(0, 3, 5), positives: Int32Array.of(1, 4, 6), negatives: Int32Array.of(3, 5, 0) },
  ranking: { anchors: Int32Array.of(0, 3, 5), positives: Int32Array.of(1, 4, 6), negatives: Int32Array.of(2, 7) },
  groups: { alike: toAlike(exampleLabels.map((label) => [label])) },
};

/** A batch in which each index goes through `change`, and its entries are in reverse order. */
function reindexLists<Batch extends object>(batch: Batch, change: (row: number) => number): Batch {
  const entries = Object.entries(batch) as [string, Int32Array | Float32Array][];
  const changed = entries.map(([name, list]) => {
    const reversed = list.slice().reverse();
    return [name, reversed instanceof Int32Array ? reversed.map(change) : reversed];
  });
  return Object.fromEntries(changed) as Batch;
}

/** The same batches after the rows of the embeddings were reversed and the entries of each batch too. */
export const reversedBatches: EmbeddingBatches = {
  pairs: reindexLists(exampleBatches.pairs, (row) => exampleRows - 1 - row),
  triplets: reindexLists(exampleBatches.triplets, (row) => exampleRows - 1 - row),
  ranking: reindexLists(exampleBatches.ranking, (row) => exampleRows - 1 - row),
  groups: { alike: exampleBatches.groups.alike.slice().reverse() },
};

/** A batch that no loss may take. */
export interface BrokenBatch<Shape extends EmbeddingBatchShape = EmbeddingBatchShape> {
  /** What is wrong with it. */
  readonly problem: string;
  readonly batch: EmbeddingBatches[Shape];
  readonly code: ErrorCode;
}

/** Batches that no loss may take. */
export const brokenBatches: { readonly [Shape in EmbeddingBatchShape]: readonly BrokenBatch<Shape>[] } = {
  pairs: [
    {
      problem: 'no pairs',
      batch: { first: rows(), second: rows(), targets: new Float32Array() },
      code: 'SHAPE_MISMATCH',
    },
    {
      problem: 'a row beyond the last',
      batch: { first: rows(0), second: rows(8), targets: values(1) },
      code: 'SHAPE_MISMATCH',
    },
    {
      problem: 'a negative row',
      batch: { first: rows(-1), second: rows(1), targets: values(1) },
      code: 'SHAPE_MISMATCH',
    },
    {
      problem: 'half a pair',
      batch: { first: rows(0, 1), second: rows(1), targets: values(1, 1) },
      code: 'SHAPE_MISMATCH',
    },
    {
      problem: 'a target too few',
      batch: { first: rows(0, 1), second: rows(1, 2), targets: values(1) },
      code: 'SHAPE_MISMATCH',
    },
    {
      problem: 'a weight too many',
      batch: { first: rows(0), second: rows(1), targets: values(1), weights: values(1, 1) },
      code: 'SHAPE_MISMATCH',
    },
    {
      problem: 'a target that is not a number',
      batch: { first: rows(0), second: rows(1), targets: values(NaN) },
      code: 'INVALID_ARGUMENT',
    },
    {
      problem: 'a negative weight',
      batch: { first: rows(0), second: rows(1), targets: values(1), weights: values(-1) },
      code: 'INVALID_ARGUMENT',
    },
  ],
  triplets: [
    {
      problem: 'no triplets',
      batch: { anchors: rows(), positives: rows(), negatives: rows() },
      code: 'SHAPE_MISMATCH',
    },
    {
      problem: 'a row beyond the last',
      batch: { anchors: rows(0), positives: rows(1), negatives: rows(8) },
      code: 'SHAPE_MISMATCH',
    },
    {
      problem: 'a triplet without a positive',
      batch: { anchors: rows(0, 1), positives: rows(1), negatives: rows(2, 3) },
      code: 'SHAPE_MISMATCH',
    },
  ],
  ranking: [
    {
      problem: 'no anchors',
      batch: { anchors: rows(), positives: rows(), negatives: rows(1) },
      code: 'SHAPE_MISMATCH',
    },
    {
      problem: 'a row beyond the last',
      batch: { anchors: rows(0), positives: rows(1), negatives: rows(8) },
      code: 'SHAPE_MISMATCH',
    },
    {
      problem: 'an anchor without a partner',
      batch: { anchors: rows(0, 1), positives: rows(1) },
      code: 'SHAPE_MISMATCH',
    },
  ],
  groups: [
    { problem: 'a matrix of other rows', batch: { alike: new Float32Array(49) }, code: 'SHAPE_MISMATCH' },
    { problem: 'a value between 0 and 1', batch: { alike: new Float32Array(64).fill(0.5) }, code: 'INVALID_ARGUMENT' },
    {
      problem: 'a matrix that is not symmetric',
      batch: { alike: new Float32Array(64).map((_, position) => (position === 1 ? 1 : 0)) },
      code: 'INVALID_ARGUMENT',
    },
  ],
};

function rows(...list: number[]): Int32Array {
  return Int32Array.from(list);
}

function values(...list: number[]): Float32Array {
  return Float32Array.from(list);
}
