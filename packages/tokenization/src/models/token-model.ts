/** The tokens of one word. */
export interface WordTokens {
  readonly ids: readonly number[];
  /** `[start0, end0, start1, end1, ...]` in UTF-16 units of the word. */
  readonly spans: readonly number[];
}

/** A vocabulary with the rule that cuts words into its tokens. */
export interface TokenModel {
  /** Number of tokens in the vocabulary. */
  readonly size: number;
  toId(token: string): number | undefined;
  toToken(id: number): string | undefined;
  /** Word boundaries were found by the pre-tokenizer; no token crosses them. */
  tokenizeWord(word: string): WordTokens;
}
