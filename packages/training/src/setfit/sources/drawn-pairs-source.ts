import { createLikeness, drawPairs, type PairStrategy } from '@polyhead/data';
import { PolyheadError, type LabeledTexts, type PairBatch } from '@polyhead/types';
import type { ContrastiveSource } from './contrastive-source.ts';

/** How pairs are drawn. */
export interface DrawnPairsInput {
  readonly strategy: PairStrategy;
  /** Pairs of a text with itself too, in random instead of alternating order: as the Python library SetFit trains. */
  readonly asReference: boolean;
  /** Pairs of a batch. */
  readonly batchSize: number;
}

/** Batches of pairs that are drawn one by one. The rows of a batch are first, second, first, second, and so on. */
export function createDrawnPairsSource(
  { texts, targets }: LabeledTexts,
  { strategy, asReference, batchSize }: DrawnPairsInput,
): ContrastiveSource<'pairs'> {
  const likeness = createLikeness(targets);
  return {
    texts,
    batchesOf(_pass, random) {
      const drawn = drawPairs(targets, { strategy, identity: asReference, random: random.fork('pairs') });
      assertFits(drawn.length);
      const order = Int32Array.from({ length: drawn.length }, (_, place) => place);
      if (asReference) random.fork('order').shuffle(order);
      return cutOrder(order, batchSize).map((places) =>
        Int32Array.from(Array.from(places, (place) => drawn.at(place)).flatMap(({ first, second }) => [first, second])),
      );
    },
    toBatch: (rows) => ({
      ...toPairs(rows),
      targets: Float32Array.from({ length: rows.length / 2 }, (_, pair) =>
        likeness(rows[2 * pair] ?? -1, rows[2 * pair + 1] ?? -1),
      ),
    }),
  };
}

/** Far more than anybody would train on; their order alone would take 64 MB. */
const mostPairs = 2 ** 24;

function assertFits(pairs: number): void {
  if (pairs <= mostPairs) return;
  throw new PolyheadError('INVALID_ARGUMENT', {
    message: `The examples make ${pairs} pairs, more than the ${mostPairs} that can be drawn in one pass.`,
    remedy: 'Use the sampling all-pairs or { iterations: n }, or fewer texts.',
    details: { pairs, most: mostPairs },
  });
}

/** Positions of pairs in rows that alternate: 0 with 1, 2 with 3, and so on. */
export function toPairs(rows: Int32Array): Pick<PairBatch, 'first' | 'second'> {
  const count = Math.floor(rows.length / 2);
  return {
    first: Int32Array.from({ length: count }, (_, pair) => 2 * pair),
    second: Int32Array.from({ length: count }, (_, pair) => 2 * pair + 1),
  };
}

/** Parts of equal size; the last may be smaller. */
export function cutOrder(order: Int32Array, size: number): Int32Array[] {
  const count = Math.ceil(order.length / size);
  return Array.from({ length: count }, (_, part) => order.slice(part * size, (part + 1) * size));
}
