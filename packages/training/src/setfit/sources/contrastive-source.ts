import { PolyheadError, type EmbeddingBatches, type EmbeddingBatchShape, type RandomGenerator } from '@polyhead/types';

/** Texts, and which of them make up each batch. */
export interface BatchRows {
  /** One text a row. */
  readonly texts: readonly string[];
  /** The rows of every batch of an epoch; the same for the same random generator. */
  batchesOf(epoch: number, random: RandomGenerator): readonly Int32Array[];
}

/**
 * Where the batches of a contrastive training come from. The rows of a batch are places in `texts`, in an order that says
 * what belongs to what, so that the row numbers alone are the whole batch.
 */
export interface ContrastiveSource<Shape extends EmbeddingBatchShape> extends BatchRows {
  /**
   * What a loss needs to see of a batch. Its indices are positions in `rows`.
   * @param rows a batch of `batchesOf`
   */
  toBatch(rows: Int32Array): EmbeddingBatches[Shape];
}

/** Several sources as one: their batches take turns in random order, and a batch is of one source only. */
export function joinSources<Shape extends EmbeddingBatchShape>(
  sources: readonly ContrastiveSource<Shape>[],
): ContrastiveSource<Shape> {
  const [only] = sources;
  if (only !== undefined && sources.length === 1) return only;
  const starts = startsOf(sources);
  return {
    texts: sources.flatMap(({ texts }) => texts),
    batchesOf(epoch, random) {
      const batches = sources.flatMap((source, index) =>
        source
          .batchesOf(epoch, random.fork(`source ${index}`))
          .map((rows) => rows.map((row) => row + (starts[index] ?? 0))),
      );
      return random.fork('order').shuffle(batches);
    },
    toBatch(rows) {
      const first = rows[0] ?? 0;
      const index = starts.findLastIndex((start) => first >= start);
      const source = sources[index];
      if (source === undefined) {
        throw new PolyheadError('INTERNAL', { message: `No source has the row ${first}.` });
      }
      return source.toBatch(rows.map((row) => row - (starts[index] ?? 0)));
    },
  };
}

function startsOf(sources: readonly { readonly texts: readonly string[] }[]): number[] {
  let start = 0;
  return sources.map(({ texts }) => {
    const own = start;
    start += texts.length;
    return own;
  });
}
