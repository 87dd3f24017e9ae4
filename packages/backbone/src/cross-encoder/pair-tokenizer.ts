import { setImmediate as nextTurn } from 'node:timers/promises';
import { planWindows } from '@polyhead/tokenization';
import {
  PolyheadError,
  assertNotAborted,
  type Encoding,
  type LongTextStrategy,
  type Tokenizer,
  type TruncationStrategy,
} from '@polyhead/types';
import { assertTexts } from '../encoding/assert-texts.ts';
import type { DistinctPair, DistinctPairs } from './distinct-pairs.ts';

/** How pairs become rows of tokens. */
export interface PairTokenizerOptions {
  readonly maximumLength: number;
  readonly longText: LongTextStrategy;
  readonly windowStride: number;
  /** What is cut of a pair that is too long. */
  readonly truncation: TruncationStrategy;
  readonly signal: AbortSignal | undefined;
}

/** A pair as rows of tokens: one, or several windows over its first text. */
export interface TokenizedPair {
  readonly rows: readonly Encoding[];
  readonly truncated: boolean;
  readonly tokenCount: number;
}

/** Joins the tokens of two texts. */
export type PairTokenizer = (pair: DistinctPair) => TokenizedPair;

type TextTokens = Pick<Encoding, 'ids'>;

/** Texts tokenised before other work gets a turn on this thread. */
const textsPerTurn = 256;

/** Characters of a text that messages show. */
const shownCharacters = 60;

/**
 * Checks and tokenises every distinct text once.
 * @returns what joins them to pairs, in the way that the tokenizer itself does
 * @throws {PolyheadError} INVALID_TEXT, ABORTED; TEXT_TOO_LONG if a second text leaves no room for the first
 */
export async function createPairTokenizer(
  tokenizer: Tokenizer,
  { firsts, seconds, pairs }: DistinctPairs,
  options: PairTokenizerOptions,
): Promise<PairTokenizer> {
  const indexOf = (side: 'first' | 'second', place: number): number =>
    pairs.find((pair) => pair[side] === place)?.index ?? 0;
  const nameOf = (side: 'first' | 'second', place: number): string =>
    `The ${side} text of pair ${indexOf(side, place)}`;
  assertTexts(seconds, 0, (place) => nameOf('second', place));
  assertTexts(firsts, 0, (place) => nameOf('first', place));
  const secondTokens = await tokenizeAll(tokenizer, seconds, options.signal);
  const room = options.maximumLength - tokenizer.addedTokens.pair;
  secondTokens.forEach(({ ids }, place) => {
    if (ids.length < room || options.truncation === 'longest-first') return;
    throw tooLong({
      name: nameOf('second', place),
      index: indexOf('second', place),
      text: seconds[place] ?? '',
      tokenCount: ids.length + tokenizer.addedTokens.pair,
      maximumLength: options.maximumLength,
    });
  });
  const firstTokens = await tokenizeAll(tokenizer, firsts, options.signal);
  const nothing: TextTokens = { ids: new Int32Array(0) };
  return ({ first, second }) =>
    joinPair(tokenizer, [firstTokens[first] ?? nothing, secondTokens[second] ?? nothing], options);
}

async function tokenizeAll(
  tokenizer: Tokenizer,
  texts: readonly string[],
  signal: AbortSignal | undefined,
): Promise<TextTokens[]> {
  const all: TextTokens[] = [];
  for (const [index, text] of texts.entries()) {
    if (index % textsPerTurn === textsPerTurn - 1) {
      await nextTurn();
      assertNotAborted(signal);
    }
    all.push({ ids: tokenizer.encode(text, { addSpecialTokens: false }).ids });
  }
  return all;
}

function joinPair(
  tokenizer: Tokenizer,
  [first, second]: readonly [TextTokens, TextTokens],
  { maximumLength, longText, windowStride, truncation }: PairTokenizerOptions,
): TokenizedPair {
  const room = maximumLength - tokenizer.addedTokens.pair - second.ids.length;
  if (longText === 'truncate' || first.ids.length <= room || room < 1) {
    const row = tokenizer.joinPair(first, second, { maximumLength, truncation });
    return { rows: [row], truncated: row.truncated, tokenCount: row.tokenCount };
  }
  const plan = { size: room, stride: Math.min(windowStride, Math.floor(room / 2)) };
  const rows = planWindows(first.ids.length, plan).map(({ start, end }) =>
    tokenizer.joinPair({ ids: first.ids.subarray(start, end) }, second),
  );
  const tokenCount = first.ids.length + second.ids.length + tokenizer.addedTokens.pair;
  return { rows, truncated: false, tokenCount };
}

function tooLong(text: {
  readonly name: string;
  readonly index: number;
  readonly text: string;
  readonly tokenCount: number;
  readonly maximumLength: number;
}): PolyheadError {
  const { name, index, tokenCount, maximumLength } = text;
  const shown = text.text.length > shownCharacters ? `${text.text.slice(0, shownCharacters)}…` : text.text;
  return new PolyheadError('TEXT_TOO_LONG', {
    message: `${name}, "${shown}", has ${tokenCount} tokens with those that the tokenizer adds, which leaves no room for a first text in ${maximumLength}.`,
    remedy: 'Shorten it; the second text of a pair is never cut.',
    details: { index, tokenCount, maximumLength },
  });
}
