import { PolyheadError, type TruncationStrategy } from '@polyhead/types';

/** Tokens of the first and of the second text, without special tokens. */
export interface ContentLengths {
  readonly first: number;
  /** 0 for a single text. */
  readonly second: number;
}

/** What limits an encoding. */
export interface TruncationSettings {
  readonly strategy: TruncationStrategy;
  /** Longest result, special tokens included; undefined: no limit. */
  readonly maximumLength: number | undefined;
  /** Special tokens that will be added. */
  readonly addedTokens: number;
}

/**
 * How many tokens of each text stay.
 * @throws {PolyheadError} TEXT_TOO_LONG if the strategy does not allow what is needed, INVALID_ARGUMENT
 */
export function planTruncation(lengths: ContentLengths, settings: TruncationSettings): ContentLengths {
  const { maximumLength, addedTokens, strategy } = settings;
  if (maximumLength === undefined) return lengths;
  assertRoom(maximumLength, addedTokens);
  const room = maximumLength - addedTokens;
  const excess = lengths.first + lengths.second - room;
  if (excess <= 0) return lengths;
  switch (strategy) {
    case 'longest-first':
      return cutLongest(lengths, room);
    case 'only-first':
      if (lengths.first > excess) return { first: lengths.first - excess, second: lengths.second };
      break;
    case 'only-second':
      if (lengths.second > excess) return { first: lengths.first, second: lengths.second - excess };
      break;
    case 'none':
      break;
  }
  throw tooLong(lengths, settings, maximumLength);
}

/**
 * The rule of the Rust tokenizers: if twice the shorter text fits, only the longer one is cut; else each gets half of
 * the room, and the odd token goes to the longer (to the second if both are equal).
 */
function cutLongest(lengths: ContentLengths, room: number): ContentLengths {
  const shorter = Math.min(lengths.first, lengths.second);
  const less = 2 * shorter > room ? Math.floor(room / 2) : shorter;
  const more = room - less;
  return lengths.first > lengths.second ? { first: more, second: less } : { first: less, second: more };
}

/**
 * @throws {PolyheadError} INVALID_ARGUMENT unless `maximumLength` is an integer that holds the special tokens
 */
export function assertRoom(maximumLength: number, addedTokens: number): void {
  if (Number.isInteger(maximumLength) && maximumLength >= Math.max(1, addedTokens)) return;
  throw new PolyheadError('INVALID_ARGUMENT', {
    message: `maximumLength is ${String(maximumLength)}, but the tokenizer adds ${String(addedTokens)} special tokens.`,
    remedy: `Pass an integer of at least ${String(Math.max(1, addedTokens))}.`,
    details: { maximumLength, addedTokens },
  });
}

function tooLong(lengths: ContentLengths, settings: TruncationSettings, maximumLength: number): PolyheadError {
  const tokenCount = lengths.first + lengths.second + settings.addedTokens;
  const reason =
    settings.strategy === 'none'
      ? 'truncation is off'
      : `truncation "${settings.strategy}" would leave nothing of that text`;
  return new PolyheadError('TEXT_TOO_LONG', {
    message: `The text has ${String(tokenCount)} tokens, more than maximumLength ${String(maximumLength)}, and ${reason}.`,
    remedy: 'Shorten the text, allow another truncation, or use windows.',
    details: { tokenCount, maximumLength, truncation: settings.strategy },
  });
}
