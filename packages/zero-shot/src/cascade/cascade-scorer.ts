import { logSumExp } from '@polyhead/numerics';
import { PolyheadError } from '@polyhead/types';
import type { LabelLogits, LabelScorer } from '../label-scorer.ts';

/** Which labels are asked about twice, and how the answers count. */
export interface CascadeOptions {
  /** At most so many labels of a text, the most similar ones, are given to the NLI model. @default 10 */
  readonly candidates?: number | undefined;
  /** Share of the NLI model in the logits of those labels, from 0 to 1; the rest is similarity. @default 0.5 */
  readonly nliWeight?: number | undefined;
}

/** The two scorers of a cascade. */
export interface CascadeStages {
  readonly embedding: LabelScorer;
  readonly nli: LabelScorer;
}

/**
 * Scores all labels by similarity, and the most similar ones by NLI too. These share out the probability that similarity
 * gives them together by the weighted sum of both logits; the other labels keep what they have. Where each label is scored by
 * itself, the others come at most to the least of those that NLI was asked about, so that none outdoes them unseen.
 * @throws {PolyheadError} INVALID_ARGUMENT
 */
export function createCascadeScorer(stages: CascadeStages, options: CascadeOptions = {}): LabelScorer {
  const { candidates = 10, nliWeight = 0.5 } = options;
  assertOptions(candidates, nliWeight);
  return {
    method: 'cascade',
    pairsAtOnce: stages.nli.pairsAtOnce,
    // About: labels may have different numbers of sentences.
    costOf: (set) => Math.ceil(stages.nli.costOf(set) * Math.min(1, candidates / set.labels.length)),
    async score(requests, scoring) {
      const { onPart, ...others } = scoring;
      const similar = await stages.embedding.score(requests, { ...others, onPart: (part) => onPart(part / 10) });
      const places = similar.map(({ exclusive }) => mostLikely(exclusive, candidates));
      const narrowed = requests.map(({ text, set }, index) => ({ text, set: set.select(places[index] ?? []) }));
      const entailed = await stages.nli.score(narrowed, { ...others, onPart: (part) => onPart(0.1 + 0.9 * part) });
      return similar.map((first, index) => {
        const second = entailed[index];
        return second === undefined ? first : combine({ first, second, places: places[index] ?? [], nliWeight });
      });
    },
    release: async () => {
      await Promise.all([stages.embedding.release(), stages.nli.release()]);
    },
  };
}

function assertOptions(candidates: number, nliWeight: number): void {
  if (Number.isInteger(candidates) && candidates > 0 && nliWeight >= 0 && nliWeight <= 1) return;
  throw new PolyheadError('INVALID_ARGUMENT', {
    message: `The cascade has ${candidates} candidates and the weight ${nliWeight} of the NLI model.`,
    remedy: 'Give a whole number of candidates from 1 on, and a weight from 0 to 1.',
    details: { candidates, nliWeight },
  });
}

/** Places of the largest logits, in the order of the labels. */
function mostLikely(logits: Float64Array, count: number): number[] {
  const order = Array.from(logits.keys()).sort((left, right) => (logits[right] ?? 0) - (logits[left] ?? 0));
  return order.slice(0, count).sort((left, right) => left - right);
}

function combine(answers: {
  readonly first: LabelLogits;
  readonly second: LabelLogits;
  /** Where the labels of the second answer stand in the first. */
  readonly places: readonly number[];
  readonly nliWeight: number;
}): LabelLogits {
  const { first, second, places, nliWeight } = answers;
  const mix = (similarity: number | undefined, entailment: number | undefined): number =>
    (1 - nliWeight) * (similarity ?? 0) + nliWeight * (entailment ?? 0);
  const mixed = places.map((place, index) => mix(first.exclusive[place], second.exclusive[index]));
  const shared = logSumExp(places.map((place) => first.exclusive[place] ?? 0));
  const mixedTotal = logSumExp(mixed);
  const exclusive = first.exclusive.slice();
  const judged = places.map((place, index) => mix(first.independent[place], second.independent[index]));
  const least = Math.min(...judged);
  const independent = first.independent.map((logit) => Math.min(logit, least));
  places.forEach((place, index) => {
    exclusive[place] = shared + (mixed[index] ?? 0) - mixedTotal;
    independent[place] = judged[index] ?? 0;
  });
  return {
    exclusive,
    independent,
    truncated: first.truncated || second.truncated,
    tokenCount: Math.max(first.tokenCount, second.tokenCount),
  };
}
