import { drawTriplets } from '@polyhead/data';
import type { LabeledTexts, RankingBatch, TripletBatch } from '@polyhead/types';
import type { ContrastiveSource } from './contrastive-source.ts';
import { cutOrder } from './drawn-pairs-source.ts';

/** Batches of triplets: one for every text in a pass. The rows of a batch are anchor, positive, negative, and so on. */
export function createTripletSource(
  { texts, targets }: LabeledTexts,
  batchSize: number,
): ContrastiveSource<'triplets'> {
  return {
    texts,
    batchesOf: (_pass, random) =>
      cutOrder(
        Int32Array.from(
          drawTriplets(targets, random).flatMap(({ anchor, positive, negative }) => [anchor, positive, negative]),
        ),
        3 * batchSize,
      ),
    toBatch: toTriplets,
  };
}

/** Positions of triplets in rows that take turns. */
export function toTriplets(rows: Int32Array): TripletBatch {
  const every = (offset: number): Int32Array =>
    Int32Array.from({ length: Math.floor(rows.length / 3) }, (_, triplet) => 3 * triplet + offset);
  return { anchors: every(0), positives: every(1), negatives: every(2) };
}

/** The same for a ranking loss: every negative is one more text that is nobody's partner. */
export function toRankingBatch(rows: Int32Array): RankingBatch {
  const { anchors, positives, negatives } = toTriplets(rows);
  return { anchors, positives, negatives };
}
