import { createLikeness, drawTriplets } from '@polyhead/data';
import type { LabeledTexts, RankingBatch } from '@polyhead/types';
import type { ContrastiveSource } from './contrastive-source.ts';

/**
 * Batches of anchors with their partners. A ranking loss takes every other partner of a batch for a wrong choice, so no two
 * anchors of a batch share a label. The rows of a batch are anchor, partner, anchor, partner, and so on.
 */
export function createRankingSource({ texts, targets }: LabeledTexts, batchSize: number): ContrastiveSource<'ranking'> {
  const likeness = createLikeness(targets);
  return {
    texts,
    batchesOf(_pass, random) {
      let open = drawTriplets(targets, random).map(({ anchor, positive }) => [anchor, positive] as const);
      const batches: Int32Array[] = [];
      while (open.length > 0) {
        const chosen: (readonly [number, number])[] = [];
        const left: (readonly [number, number])[] = [];
        for (const pair of open) {
          const fits = chosen.length < batchSize && chosen.every((other) => areStrangers(pair, other, likeness));
          (fits ? chosen : left).push(pair);
        }
        // One anchor alone has nothing to choose from.
        if (chosen.length > 1) batches.push(Int32Array.from(chosen.flat()));
        open = left;
      }
      return batches;
    },
    toBatch: toAnchors,
  };
}

function areStrangers(
  first: readonly [number, number],
  second: readonly [number, number],
  likeness: ReturnType<typeof createLikeness>,
): boolean {
  return first.every((row) => second.every((other) => likeness(row, other) === 0));
}

function toAnchors(rows: Int32Array): RankingBatch {
  const count = Math.floor(rows.length / 2);
  return {
    anchors: Int32Array.from({ length: count }, (_, pair) => 2 * pair),
    positives: Int32Array.from({ length: count }, (_, pair) => 2 * pair + 1),
  };
}
