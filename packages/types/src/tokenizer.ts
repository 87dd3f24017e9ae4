/** A text, or two texts that are encoded together (premise and hypothesis, question and passage). */
export type TokenizerInput = string | TextPair;

/** Two texts that are encoded together. */
export interface TextPair {
  readonly first: string;
  readonly second: string;
}

/** Which side of a pair is cut when the whole is too long; `none` refuses with TEXT_TOO_LONG. */
export type TruncationStrategy = 'longest-first' | 'only-first' | 'only-second' | 'none';

/** What rows of a batch are padded to. */
export type PaddingStrategy = 'longest' | 'max-length';

/** How one text or pair becomes ids. */
export interface EncodingOptions {
  /** Longest result in tokens, special tokens included; undefined: no limit. */
  readonly maximumLength?: number | undefined;
  /** @default 'longest-first' */
  readonly truncation?: TruncationStrategy;
  /** @default true */
  readonly addSpecialTokens?: boolean;
  /** True fills `Encoding.offsets`, which costs time. @default false */
  readonly offsets?: boolean;
}

/** How two tokenised texts become one pair. */
export type JoinPairOptions = Pick<EncodingOptions, 'maximumLength' | 'truncation'>;

/** How a batch becomes ids. */
export interface BatchOptions extends Omit<EncodingOptions, 'offsets'> {
  /** `max-length` needs `maximumLength`. @default 'longest' */
  readonly padding?: PaddingStrategy;
  /** Rounds the padded length up to a multiple. @default 1 */
  readonly padToMultipleOf?: number;
}

/** How a long text is cut into overlapping windows. */
export interface WindowOptions {
  /** Length of a window in tokens, special tokens included. */
  readonly maximumLength: number;
  /** Tokens that neighbouring windows share. @default 0 */
  readonly stride?: number;
  /** @default true */
  readonly addSpecialTokens?: boolean;
  /** True fills `Encoding.offsets`, which costs time. @default false */
  readonly offsets?: boolean;
}

/** The ids of one text or pair (or of one window of it), without padding. */
export interface Encoding {
  readonly ids: Int32Array;
  /** 0 for the first text, 1 for the second where the model tells them apart. */
  readonly typeIds: Uint8Array;
  /** 1 for tokens that the template added. */
  readonly specialTokensMask: Uint8Array;
  /** -1 for added tokens, 0 for the first text, 1 for the second. */
  readonly sequenceIds: Int8Array;
  /** `[start0, end0, start1, end1, ...]` in UTF-16 units of the text; undefined unless the option asks for them. */
  readonly offsets: Int32Array | undefined;
  /** Length in tokens, special tokens included, before anything was cut. */
  readonly tokenCount: number;
  /** True if something was cut; false for windows, which together hold everything. */
  readonly truncated: boolean;
}

/** A padded batch. All arrays are row-major `[rows, length]`. */
export interface TokenBatch {
  readonly rows: number;
  readonly length: number;
  readonly ids: Int32Array;
  /** 1 for tokens, 0 for padding. */
  readonly attentionMask: Uint8Array;
  readonly typeIds: Uint8Array;
  /** For each row: length in tokens before anything was cut. */
  readonly tokenCounts: Int32Array;
  /** For each row: 1 if something was cut. */
  readonly truncated: Uint8Array;
}

/** Turns texts into ids exactly as the model's own tokenizer does. */
export interface Tokenizer {
  readonly padId: number;
  /** Number of ids, added tokens included. */
  readonly vocabularySize: number;
  /** Tokens that the template adds to a single text, and to a pair. */
  readonly addedTokens: { readonly single: number; readonly pair: number };
  /** @throws {PolyheadError} INVALID_TEXT, TEXT_TOO_LONG */
  encode(input: TokenizerInput, options?: EncodingOptions): Encoding;
  /**
   * What `encode` gives for a pair, from its texts encoded with `addSpecialTokens: false`: a text that stands in many
   * pairs is tokenised once. Without offsets.
   * @throws {PolyheadError} TEXT_TOO_LONG
   */
  joinPair(first: Pick<Encoding, 'ids'>, second: Pick<Encoding, 'ids'>, options?: JoinPairOptions): Encoding;
  /** Pads encodings (all made with the same options) to one batch. */
  pad(
    encodings: readonly Encoding[],
    options?: Pick<BatchOptions, 'padding' | 'padToMultipleOf' | 'maximumLength'>,
  ): TokenBatch;
  /** `encode` for each input, then `pad`. */
  encodeBatch(inputs: readonly TokenizerInput[], options?: BatchOptions): TokenBatch;
  /** Overlapping windows over one text; one window if it fits. */
  encodeWindows(text: string, options: WindowOptions): Encoding[];
  decode(ids: ArrayLike<number>, options?: { readonly skipSpecialTokens?: boolean }): string;
}
