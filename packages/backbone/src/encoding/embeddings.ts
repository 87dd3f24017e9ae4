import type { Embeddings } from '@polyhead/types';

/** Embeddings of zeros for so many texts. */
export function createEmbeddings(texts: number, dimension: number): Embeddings {
  return {
    data: new Float32Array(texts * dimension),
    rows: texts,
    columns: dimension,
    truncated: new Uint8Array(texts),
    tokenCounts: new Int32Array(texts),
  };
}

/** The embeddings at these places, in their order; a place may occur several times. */
export function selectEmbeddings(embeddings: Embeddings, places: Int32Array): Embeddings {
  const { columns } = embeddings;
  const selected = createEmbeddings(places.length, columns);
  places.forEach((place, row) => {
    selected.data.set(embeddings.data.subarray(place * columns, (place + 1) * columns), row * columns);
    selected.truncated[row] = embeddings.truncated[place] ?? 0;
    selected.tokenCounts[row] = embeddings.tokenCounts[place] ?? 0;
  });
  return selected;
}
