import type { Encoder } from '@polyhead/types';
import { dot } from '@polyhead/numerics';
import type { LabelSet } from '../hypotheses/label-set.ts';

/** Embeddings of labels, made once for each sentence that speaks of one. */
export interface LabelEmbeddings {
  /** For each of the sets: one embedding of length 1 a label. */
  embed(sets: ReadonlySet<LabelSet>, signal: AbortSignal | undefined): Promise<ReadonlyMap<LabelSet, Float64Array[]>>;
}

/** Sentences whose embeddings are kept; when there are more, all are forgotten. */
const keptSentences = 20_000;

/**
 * The embedding of a label is the mean of the embeddings of its hypotheses, each scaled to length 1, scaled to length 1.
 * @param templates used for labels for which nobody gave any
 */
export function createLabelEmbeddings(encoder: Encoder, templates: readonly string[]): LabelEmbeddings {
  const known = new Map<string, Float64Array>();
  const ofSet = new WeakMap<LabelSet, Float64Array[]>();

  const encodeNew = async (sentences: readonly string[], signal: AbortSignal | undefined): Promise<void> => {
    const missing = [...new Set(sentences)].filter((sentence) => !known.has(sentence));
    if (missing.length === 0) return;
    const { data, columns } = await encoder.encode(missing, { signal });
    missing.forEach((sentence, row) => {
      known.set(sentence, toUnitLength(Float64Array.from(data.subarray(row * columns, (row + 1) * columns))));
    });
  };

  return {
    async embed(sets, signal) {
      if (known.size > keptSentences) known.clear();
      const open = [...sets].filter((set) => !ofSet.has(set));
      await encodeNew(
        open.flatMap((set) => set.hypotheses(templates).flat()),
        signal,
      );
      for (const set of open) {
        const labels = set
          .hypotheses(templates)
          .map((sentences) => meanDirection(sentences.flatMap((sentence) => known.get(sentence) ?? [])));
        ofSet.set(set, labels);
      }
      return new Map([...sets].map((set) => [set, ofSet.get(set) ?? []]));
    },
  };
}

function meanDirection(vectors: readonly Float64Array[]): Float64Array {
  const sum = new Float64Array(vectors[0]?.length ?? 0);
  for (const vector of vectors) vector.forEach((value, column) => (sum[column] = (sum[column] ?? 0) + value));
  return toUnitLength(sum);
}

/** Divides a vector by its Euclidean length, in place; zeros stay. */
export function toUnitLength(vector: Float64Array): Float64Array {
  const length = Math.max(Math.sqrt(dot(vector, vector)), 1e-12);
  vector.forEach((value, column) => (vector[column] = value / length));
  return vector;
}
