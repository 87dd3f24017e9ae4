import type { RandomGenerator } from '@polyhead/types';
import type { OwnPair, OwnTriplet } from '../own-examples.ts';
import type { BatchRows, ContrastiveSource } from './contrastive-source.ts';
import { cutOrder, toPairs } from './drawn-pairs-source.ts';
import { toRankingBatch, toTriplets } from './triplet-source.ts';

/** Batches of pairs of one's own. */
export function createOwnPairsSource(pairs: readonly OwnPair[], batchSize: number): ContrastiveSource<'pairs'> {
  return {
    texts: pairs.flatMap(({ first, second }) => [first, second]),
    batchesOf: (_pass, random) => batchesOf(pairs.length, 2, { batchSize, random }),
    toBatch: (rows) => {
      const { first, second } = toPairs(rows);
      return {
        first,
        second,
        targets: Float32Array.from(first, (place) => pairs[(rows[place] ?? 0) / 2]?.similarity ?? 0),
      };
    },
  };
}

/** Batches of triplets of one's own. */
export function createOwnTripletsSource(
  triplets: readonly OwnTriplet[],
  batchSize: number,
): ContrastiveSource<'triplets'> {
  return { ...tripletRows(triplets, batchSize), toBatch: toTriplets };
}

/** The same for a ranking loss, to which the negatives are hard ones. */
export function createOwnRankingSource(
  triplets: readonly OwnTriplet[],
  batchSize: number,
): ContrastiveSource<'ranking'> {
  return { ...tripletRows(triplets, batchSize), toBatch: toRankingBatch };
}

function tripletRows(triplets: readonly OwnTriplet[], batchSize: number): BatchRows {
  return {
    texts: triplets.flatMap(({ anchor, positive, negative }) => [anchor, positive, negative]),
    batchesOf: (_pass, random) => batchesOf(triplets.length, 3, { batchSize, random }),
  };
}

/** All examples in random order; each has `width` rows, one after the other. */
function batchesOf(
  count: number,
  width: number,
  { batchSize, random }: { readonly batchSize: number; readonly random: RandomGenerator },
): Int32Array[] {
  const order = random.shuffle(Int32Array.from({ length: count }, (_, place) => place));
  return cutOrder(order, batchSize).map((examples) =>
    Int32Array.from(
      Array.from(examples, (example) => Array.from({ length: width }, (_, part) => example * width + part)).flat(),
    ),
  );
}
