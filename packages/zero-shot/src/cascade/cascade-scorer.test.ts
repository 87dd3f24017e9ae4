import { describe, expect, it } from 'vitest';
import { createLabelSet } from '../hypotheses/label-set.ts';
import type { LabelScorer, ScoringRequest } from '../label-scorer.ts';
import { createCascadeScorer } from './cascade-scorer.ts';

/** A scorer that knows a logit for each label, and records what it is asked. */
function createTableScorer(
  method: 'nli' | 'embedding',
  table: Readonly<Record<string, number>>,
): LabelScorer & { readonly asked: string[][] } {
  const asked: string[][] = [];
  return {
    method,
    asked,
    pairsAtOnce: 100,
    costOf: ({ labels }) => labels.length,
    score: (requests: readonly ScoringRequest[], { onPart }) => {
      onPart(1);
      return Promise.resolve(
        requests.map(({ set }) => {
          asked.push([...set.labels]);
          const logits = Float64Array.from(set.labels, (label) => table[label] ?? 0);
          return {
            exclusive: logits,
            independent: logits.map((logit) => logit - 1),
            truncated: method === 'nli',
            tokenCount: 5,
          };
        }),
      );
    },
    release: () => Promise.resolve(),
  };
}

const similarity = { a: 3, b: 2, c: 2.5, d: -1 };
const entailment = { a: -4, b: 1, c: 3, d: 9 };
const set = createLabelSet(['d', 'a', 'b', 'c'], undefined);
const options = { longText: 'truncate', signal: undefined, onPart: () => undefined } as const;
const softmax = (logits: readonly number[]): number[] => {
  const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
  return logits.map((logit) => Math.exp(logit) / total);
};

describe('createCascadeScorer', () => {
  it('asks the NLI model about the most similar labels, which share out what they have together', async () => {
    const nli = createTableScorer('nli', entailment);
    const cascade = createCascadeScorer(
      { embedding: createTableScorer('embedding', similarity), nli },
      { candidates: 2, nliWeight: 0.25 },
    );
    const [answer] = await cascade.score([{ text: 't', set }], options);
    expect(nli.asked).toEqual([['a', 'c']]);
    const [d = 0, a = 0, b = 0, c = 0] = softmax([-1, 3, 2, 2.5]);
    const [shareOfA = 0, shareOfC = 0] = softmax([0.75 * 3 + 0.25 * -4, 0.75 * 2.5 + 0.25 * 3]);
    const expected = [d, (a + c) * shareOfA, b, (a + c) * shareOfC];
    softmax([...(answer?.exclusive ?? [])]).forEach((score, index) =>
      expect(score).toBeCloseTo(expected[index] ?? 0, 12),
    );
    // Label b, which NLI was not asked about, comes to no more than a, which it was.
    const [judgedA, judgedC] = [0.75 * 2 + 0.25 * -5, 0.75 * 1.5 + 0.25 * 2];
    expect([...(answer?.independent ?? [])]).toEqual([-2, judgedA, judgedA, judgedC]);
    expect(answer).toMatchObject({ truncated: true, tokenCount: 5 });
  });

  it('is the one or the other method at the ends of the weight', async () => {
    const stages = {
      embedding: createTableScorer('embedding', similarity),
      nli: createTableScorer('nli', entailment),
    };
    for (const [nliWeight, table] of [
      [0, similarity],
      [1, entailment],
    ] as const) {
      const [answer] = await createCascadeScorer(stages, { candidates: 4, nliWeight }).score(
        [{ text: 't', set }],
        options,
      );
      const expected = softmax([table.d, table.a, table.b, table.c]);
      softmax([...(answer?.exclusive ?? [])]).forEach((score, index) =>
        expect(score).toBeCloseTo(expected[index] ?? 0, 9),
      );
    }
  });

  it('never lets a label win that the NLI model was not asked about', async () => {
    const stages = {
      embedding: createTableScorer('embedding', { a: 1, b: 1, c: 0.99, d: 0.98 }),
      nli: createTableScorer('nli', { a: 5, b: 5 }),
    };
    const [answer] = await createCascadeScorer(stages, { candidates: 2, nliWeight: 1 }).score(
      [{ text: 't', set }],
      options,
    );
    for (const logits of [answer?.exclusive, answer?.independent]) {
      const [d = 0, a = 0, b = 0, c = 0] = [...(logits ?? [])];
      expect(Math.max(a, b)).toBeGreaterThanOrEqual(Math.max(c, d));
    }
  });

  it('never ranks a label by itself above all that the NLI model denied', async () => {
    const stages = {
      embedding: createTableScorer('embedding', { a: 9, b: 8, c: 7, d: 6 }),
      nli: createTableScorer('nli', { a: -20, b: -20 }),
    };
    const [answer] = await createCascadeScorer(stages, { candidates: 2 }).score([{ text: 't', set }], options);
    expect(Math.max(...(answer?.independent ?? []))).toBeLessThan(0);
  });

  it('costs what its NLI model costs for the candidates', () => {
    const stages = { embedding: createTableScorer('embedding', {}), nli: createTableScorer('nli', {}) };
    expect(createCascadeScorer(stages, { candidates: 3 }).costOf(set)).toBe(3);
    expect(createCascadeScorer(stages).costOf(set)).toBe(4);
  });

  it.each([{ candidates: 0 }, { candidates: 1.5 }, { nliWeight: -0.1 }, { nliWeight: Number.NaN }])(
    'refuses %j',
    (wrong) => {
      const stages = { embedding: createTableScorer('embedding', {}), nli: createTableScorer('nli', {}) };
      expect(() => createCascadeScorer(stages, wrong)).toThrow(
        expect.objectContaining({ code: 'INVALID_ARGUMENT' }) as Error,
      );
    },
  );
});
