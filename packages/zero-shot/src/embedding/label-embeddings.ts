import { dot } from '@polyhead/numerics';
import { PolyheadError, type Encoder } from '@polyhead/types';
import type { LabelSet } from '../hypotheses/label-set.ts';

/** Embeddings of labels, made once for each sentence that speaks of one. */
export interface LabelEmbeddings {
  /**
   * For each of the sets: one embedding of length 1 a label.
   * @throws {PolyheadError} TEXT_TOO_LONG for a sentence about a label that the encoder would cut
   */
  embed(sets: ReadonlySet<LabelSet>, signal: AbortSignal | undefined): Promise<ReadonlyMap<LabelSet, Float64Array[]>>;
}

/** Sentences whose embeddings are kept; when there are more, all are forgotten. */
const keptSentences = 20_000;

/** As many of a sentence are shown in an error. */
const shownCharacters = 60;

/**
 * The embedding of a label is the mean of the embeddings of its hypotheses, each scaled to length 1, scaled to length 1.
 * @param templates used for labels for which nobody gave any
 */
export function createLabelEmbeddings(encoder: Encoder, templates: readonly string[]): LabelEmbeddings {
  const known = new Map<string, Float64Array>();
  const ofSet = new WeakMap<LabelSet, Float64Array[]>();

  // What is known may be forgotten by another call meanwhile, so what this one needs is held apart.
  const encodeAll = async (
    sentences: ReadonlySet<string>,
    signal: AbortSignal | undefined,
  ): Promise<ReadonlyMap<string, Float64Array>> => {
    const vectors = new Map([...sentences].flatMap((sentence) => entryOf(known, sentence)));
    const missing = [...sentences].filter((sentence) => !vectors.has(sentence));
    if (missing.length === 0) return vectors;
    const { data, columns, truncated } = await encoder.encode(missing, { signal });
    assertWhole(missing, truncated, encoder);
    missing.forEach((sentence, row) => {
      const vector = toUnitLength(Float64Array.from(data.subarray(row * columns, (row + 1) * columns)));
      vectors.set(sentence, vector);
      known.set(sentence, vector);
    });
    return vectors;
  };

  return {
    async embed(sets, signal) {
      if (known.size > keptSentences) known.clear();
      const open = [...sets].filter((set) => !ofSet.has(set));
      const vectors = await encodeAll(new Set(open.flatMap((set) => set.hypotheses(templates).flat())), signal);
      for (const set of open) {
        const labels = set
          .hypotheses(templates)
          .map((sentences) => meanDirection(sentences.flatMap((sentence) => vectors.get(sentence) ?? [])));
        ofSet.set(set, labels);
      }
      return new Map([...sets].map((set) => [set, ofSet.get(set) ?? []]));
    },
  };
}

function entryOf(known: ReadonlyMap<string, Float64Array>, sentence: string): [string, Float64Array][] {
  const vector = known.get(sentence);
  return vector === undefined ? [] : [[sentence, vector]];
}

function assertWhole(sentences: readonly string[], truncated: Uint8Array, { description }: Encoder): void {
  const cut = sentences[truncated.indexOf(1)];
  if (cut === undefined) return;
  const sentence = cut.length > shownCharacters ? `${cut.slice(0, shownCharacters)}...` : cut;
  throw new PolyheadError('TEXT_TOO_LONG', {
    message: `The sentence "${sentence}" about a label is longer than the ${description.maximumLength} tokens that the encoder reads.`,
    remedy: 'Shorten the label, its wording, its description or the template.',
    details: { sentence, maximumLength: description.maximumLength },
  });
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
