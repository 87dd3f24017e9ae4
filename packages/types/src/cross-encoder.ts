import type { EncoderGraphSource, LongTextStrategy } from './encoder.ts';
import type { LongOperationOptions } from './progress.ts';
import type { Matrix } from './tensor.ts';
import type { TextPair } from './tokenizer.ts';

/** How pairs are run. The second text of a pair is never cut. */
export interface PairOptions extends LongOperationOptions {
  /** `windows` runs a pair that is too long once for each window over its first text. @default 'truncate' */
  readonly longText?: LongTextStrategy | undefined;
  /** Tokens of the first text that windows share. @default 32, or a quarter of the maximum length if that is less */
  readonly windowStride?: number | undefined;
}

/** Logits `[rows, labels]`: one row a pair, in the order of the pairs; with windows, one row a window. */
export interface PairLogits extends Matrix {
  /** For each pair: index of its first row, and one more entry for the end; `[pairs + 1]`. */
  readonly firstRows: Int32Array;
  /** For each pair: 1 if its first text was cut. */
  readonly truncated: Uint8Array;
  /** For each pair: its length in tokens, special tokens included, before anything was cut. */
  readonly tokenCounts: Int32Array;
}

/** What identifies a cross-encoder. */
export interface CrossEncoderDescription {
  /** The reference that it was loaded by: a folder or a Hugging Face id. */
  readonly reference: string;
  /** SHA-256 over weights, tokenizer and settings, in hexadecimal. Equal digests give equal logits. */
  readonly digest: string;
  /** Names of the columns of its logits, as its config.json has them. */
  readonly labels: readonly string[];
  /** Longest pair in tokens, special tokens included. */
  readonly maximumLength: number;
  /** Where its ONNX graph comes from. */
  readonly graph: EncoderGraphSource;
}

/** Classifies pairs of texts that the model reads together, such as a premise and a hypothesis. */
export interface CrossEncoder {
  readonly description: CrossEncoderDescription;
  /**
   * Logits of pairs, in their order. A text that stands in many pairs is tokenised once, and equal pairs are run once.
   * @throws {PolyheadError} INVALID_TEXT, INVALID_ARGUMENT, ABORTED, SESSION_RELEASED; TEXT_TOO_LONG if a second text
   *   leaves no room for the first
   */
  logits(pairs: readonly TextPair[], options?: PairOptions): Promise<PairLogits>;
  /** Frees the session. Calls after it throw SESSION_RELEASED. */
  release(): Promise<void>;
}
