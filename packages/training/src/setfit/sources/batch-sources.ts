import { allPairs, balancedBatches, createLikeness, toGroupBatch } from '@polyhead/data';
import type { EmbeddingBatches, EmbeddingBatchShape, LabeledTexts } from '@polyhead/types';
import type { ContrastiveSource } from './contrastive-source.ts';

/** Batches of different texts, all pairs of which are compared. */
export function createAllPairsSource(examples: LabeledTexts, batchSize: number): ContrastiveSource<'pairs'> {
  const likeness = createLikeness(examples.targets);
  return createBatchSource(examples, batchSize, (rows) => allPairs(rows, likeness));
}

/** Batches of different texts, for losses that look for what to compare themselves. */
export function createGroupSource(examples: LabeledTexts, batchSize: number): ContrastiveSource<'groups'> {
  const likeness = createLikeness(examples.targets);
  return createBatchSource(examples, batchSize, (rows) => toGroupBatch(rows, likeness));
}

function createBatchSource<Shape extends EmbeddingBatchShape>(
  { texts, targets }: LabeledTexts,
  batchSize: number,
  toBatch: (rows: Int32Array) => EmbeddingBatches[Shape],
): ContrastiveSource<Shape> {
  return {
    texts,
    batchesOf: (_pass, random) => random.fork('order').shuffle(balancedBatches(targets, { batchSize, random })),
    toBatch,
  };
}
