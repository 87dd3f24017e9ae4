import type { CrossEncoder, PairLogits, TextPair } from '@polyhead/types';
import type { LabelLogits, LabelScorer, ScoringRequest } from '../label-scorer.ts';
import { findEntailmentOutputs, type EntailmentOptions } from './entailment-labels.ts';
import { assertWindowPooling, averageLogits, poolWindowLogits, type WindowPooling } from './nli-scores.ts';

/** How an NLI model scores labels. */
export interface NliOptions extends EntailmentOptions {
  /** How the windows of a long text decide together, with `longText: 'windows'`. @default 'max' */
  readonly windowPooling?: WindowPooling | undefined;
}

/** That of the pipeline of transformers. */
const nliTemplates: readonly string[] = ['This example is {}.'];

/**
 * Scores labels by whether the text entails a hypothesis with the label in it. Several hypotheses of a label count by the
 * mean of their logits.
 * @throws {PolyheadError} ENTAILMENT_NOT_FOUND, INVALID_ARGUMENT
 */
export function createNliScorer(model: CrossEncoder, options: NliOptions = {}): LabelScorer {
  const decision = {
    outputs: findEntailmentOutputs(model.description.labels, options),
    pooling: assertWindowPooling(options.windowPooling ?? 'max'),
  };
  return {
    method: 'nli',
    pairsAtOnce: 4096,
    costOf: (set) => set.countSentences(nliTemplates.length),
    async score(requests, { longText, signal, onPart }) {
      const pairs = requests.flatMap(toPairs);
      const logits = await model.logits(pairs, {
        longText,
        signal,
        onProgress: ({ done }) => onPart(done / pairs.length),
      });
      let at = 0;
      const logitsOfPair = (pair: number): Parameters<typeof averageLogits>[0][number] => {
        const start = (logits.firstRows[pair] ?? 0) * logits.columns;
        const end = (logits.firstRows[pair + 1] ?? 0) * logits.columns;
        return poolWindowLogits(logits.data.subarray(start, end), logits.columns, decision);
      };
      return requests.map(({ set }) => {
        const first = at;
        const labels = set
          .hypotheses(nliTemplates)
          .map((hypotheses) => averageLogits(hypotheses.map(() => logitsOfPair(at++))));
        return {
          exclusive: Float64Array.from(labels, ({ entailment }) => entailment),
          independent: Float64Array.from(labels, ({ logOdds }) => logOdds),
          ...describeLength(logits, first, at),
        };
      });
    },
    release: () => model.release(),
  };
}

function toPairs({ text, set }: ScoringRequest): readonly TextPair[] {
  return set.hypotheses(nliTemplates).flatMap((hypotheses) => hypotheses.map((second) => ({ first: text, second })));
}

function describeLength(
  { truncated, tokenCounts }: PairLogits,
  start: number,
  end: number,
): Pick<LabelLogits, 'truncated' | 'tokenCount'> {
  return {
    truncated: truncated.subarray(start, end).includes(1),
    tokenCount: tokenCounts.subarray(start, end).reduce((longest, count) => Math.max(longest, count), 0),
  };
}
