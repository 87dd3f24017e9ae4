import type { Embeddings, EncodeOptions, Encoder } from '@polyhead/types';
import { describe, expect, it } from 'vitest';
import { createLabelSet } from '../hypotheses/label-set.ts';
import { createEmbeddingScorer } from './embedding-scorer.ts';
import { createLabelEmbeddings } from './label-embeddings.ts';

/** An encoder of two dimensions that knows a direction for each sentence, and records what it encodes. */
function createDirectionEncoder(directions: Readonly<Record<string, readonly number[]>>): Encoder & {
  readonly encoded: string[];
} {
  const encoded: string[] = [];
  const encode = (texts: readonly string[], { onProgress }: EncodeOptions = {}): Promise<Embeddings> => {
    encoded.push(...texts);
    onProgress?.({ phase: 'encoding', done: texts.length, total: texts.length, unit: 'texts' });
    return Promise.resolve({
      data: Float32Array.from(texts.flatMap((text) => directions[text] ?? [Number.NaN, Number.NaN])),
      rows: texts.length,
      columns: 2,
      truncated: Uint8Array.from(texts, (text) => (text === 'north' || text.length > 500 ? 1 : 0)),
      tokenCounts: Int32Array.from(texts, (text) => text.length),
    });
  };
  return {
    encoded,
    description: {
      reference: 'directions',
      digest: 'd',
      dimension: 2,
      maximumLength: 8,
      pooling: 'mean',
      normalized: false,
      prompt: '',
      longText: 'truncate',
      graph: 'built',
    },
    encode,
    encodeStream: () => {
      throw new Error('not used');
    },
    release: () => Promise.resolve(),
  };
}

const options = { longText: 'truncate', signal: undefined, onPart: () => undefined } as const;

describe('createEmbeddingScorer', () => {
  it('is the cosine similarity with the mean direction of the sentences of a label, over the temperature', async () => {
    const encoder = createDirectionEncoder({
      north: [0, 3],
      N: [0, 2],
      E: [5, 0],
      'to N': [0, 1],
      'to E': [1, 0],
      'far E': [1, 1],
    });
    const scorer = createEmbeddingScorer(encoder, { temperature: 0.1, evenSimilarity: 0.3 });
    const set = createLabelSet(['N', { label: 'E', wordings: ['E'], descriptions: ['far E'] }], '{}');
    const [answer] = await scorer.score([{ text: 'north', set }], options);
    // (1, 0) and (1, 1) / sqrt(2) point to 22.5 degrees together.
    const east = Math.sin(Math.PI / 8);
    expect(answer?.exclusive[0]).toBeCloseTo(10, 6);
    expect(answer?.exclusive[1]).toBeCloseTo(10 * east, 6);
    expect(answer?.independent[1]).toBeCloseTo(10 * (east - 0.3), 6);
    expect(answer).toMatchObject({ truncated: true, tokenCount: 5 });
  });

  it('encodes the sentences of labels once, also for label sets that share some', async () => {
    const encoder = createDirectionEncoder({ north: [0, 1], 'a N': [0, 1], 'a E': [1, 0], 'a S': [0, -1] });
    const scorer = createEmbeddingScorer(encoder);
    const first = createLabelSet(['N', 'E'], 'a {}');
    const second = createLabelSet(['E', 'S'], 'a {}');
    await scorer.score(
      [first, first, second].map((set) => ({ text: 'north', set })),
      options,
    );
    await scorer.score([{ text: 'north', set: first }], options);
    await scorer.score([{ text: 'north', set: createLabelSet(['S'], 'a {}') }], options);
    expect(encoder.encoded.filter((text) => text !== 'north')).toEqual(['a N', 'a E', 'a S']);
  });

  it.each([{ temperature: 0 }, { temperature: Number.POSITIVE_INFINITY }, { evenSimilarity: Number.NaN }])(
    'refuses %j',
    (wrong) => {
      expect(() => createEmbeddingScorer(createDirectionEncoder({}), wrong)).toThrow(
        expect.objectContaining({ code: 'INVALID_ARGUMENT' }) as Error,
      );
    },
  );

  it('shows only the start of a sentence that is too long', async () => {
    const embeddings = createLabelEmbeddings(createDirectionEncoder({}), ['{}']);
    const set = createLabelSet(['x'.repeat(100_000)], undefined);
    await expect(embeddings.embed(new Set([set]), undefined)).rejects.toMatchObject({
      code: 'TEXT_TOO_LONG',
      details: { sentence: `${'x'.repeat(60)}...`, maximumLength: 8 },
    });
  });
});
