import {
  PolyheadError,
  type CrossEncoder,
  type CrossEncoderDescription,
  type PairLogits,
  type PairOptions,
  type TextPair,
  type Tokenizer,
  type TruncationStrategy,
} from '@polyhead/types';
import { runBatches, type BatchRunner } from '../encoding/run-batches.ts';
import { findDistinctPairs, type DistinctPair } from './distinct-pairs.ts';
import { createPairTokenizer, type PairTokenizer, type TokenizedPair } from './pair-tokenizer.ts';
import { createLogitsCollector, repeatPairs } from './pair-logits.ts';

/** What a cross-encoder is made of. */
export interface CrossEncoderParts extends Omit<BatchRunner, 'dimension' | 'output'> {
  readonly description: CrossEncoderDescription;
  readonly tokenizer: Tokenizer;
  /** What is cut of a pair that is too long. */
  readonly truncation: TruncationStrategy;
}

/** Pairs that are joined, sorted and run together: few enough to hold, and enough to find others of the same length. */
const pairsPerRound = 4096;
const tokensPerRound = 1_000_000;

/** A cross-encoder over a tokenizer and a session whose output `logits` is `[rows, labels]`. */
export function createCrossEncoder(parts: CrossEncoderParts): CrossEncoder {
  return {
    description: parts.description,
    logits: (pairs, options = {}) => computeLogits(parts, pairs, options),
    release: () => parts.session.release(),
  };
}

async function computeLogits(
  parts: CrossEncoderParts,
  all: readonly TextPair[],
  options: PairOptions,
): Promise<PairLogits> {
  const { description, tokenizer, truncation } = parts;
  const { signal, onProgress, longText = 'truncate' } = options;
  const { maximumLength } = description;
  const windowStride = assertStride(options.windowStride ?? Math.min(32, Math.floor(maximumLength / 4)));
  const distinct = findDistinctPairs(all);
  const runner: BatchRunner = { ...parts, output: 'logits', dimension: description.labels.length };
  let done = 0;
  const report = (pairs: number): void => {
    done += pairs;
    onProgress?.({ phase: 'classifying pairs', done, total: all.length, unit: 'pairs' });
  };
  report(0);
  const settings = { maximumLength, longText, windowStride, truncation, signal };
  const tokenize = await createPairTokenizer(tokenizer, distinct, settings);
  const collector = createLogitsCollector(distinct.pairs.length, runner.dimension);
  for (const round of planRounds(distinct.pairs, tokenize)) {
    const rows = round.tokenized.flatMap((pair) => pair.rows);
    // Of a pair with windows, the last one stands for it; batches are not in order, but the sum comes out right.
    const countOfRow = new Int32Array(rows.length);
    let end = 0;
    round.tokenized.forEach((pair, index) => {
      end += pair.rows.length;
      countOfRow[end - 1] = round.pairs[index]?.count ?? 0;
    });
    const logits = await runBatches(runner, rows, {
      signal,
      onRows: (ready) => report(ready.reduce((sum, row) => sum + (countOfRow[row] ?? 0), 0)),
    });
    collector.add(round.tokenized, logits);
  }
  return repeatPairs(collector.finish(), distinct.places);
}

interface Round {
  readonly pairs: readonly DistinctPair[];
  readonly tokenized: readonly TokenizedPair[];
}

function* planRounds(pairs: readonly DistinctPair[], tokenize: PairTokenizer): Generator<Round> {
  let start = 0;
  while (start < pairs.length) {
    const tokenized: TokenizedPair[] = [];
    let tokens = 0;
    for (const pair of pairs.slice(start, start + pairsPerRound)) {
      const next = tokenize(pair);
      tokenized.push(next);
      tokens += next.rows.reduce((sum, row) => sum + row.ids.length, 0);
      if (tokens >= tokensPerRound) break;
    }
    yield { pairs: pairs.slice(start, start + tokenized.length), tokenized };
    start += tokenized.length;
  }
}

function assertStride(windowStride: number): number {
  if (Number.isInteger(windowStride) && windowStride >= 0) return windowStride;
  throw new PolyheadError('INVALID_ARGUMENT', {
    message: `The window stride is ${windowStride}, but must be a whole number of tokens from 0 on.`,
    details: { windowStride },
  });
}
