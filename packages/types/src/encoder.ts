import type { LongOperationOptions } from './progress.ts';
import type { Matrix } from './tensor.ts';

/** How token states become one embedding. `mean-sqrt-length` is the sum divided by the square root of the token count. */
export type PoolingMode = 'cls' | 'mean' | 'max' | 'mean-sqrt-length' | 'last';

/** What happens to a text that is longer than the encoder takes. `windows` pools the embeddings of overlapping windows. */
export type LongTextStrategy = 'truncate' | 'windows';

/** How texts are encoded. */
export interface EncodeOptions extends LongOperationOptions {
  /** Put before every text, such as `query: `. @default the encoder's own prompt, usually none */
  readonly prompt?: string;
  /** @default the encoder's own, usually `truncate` */
  readonly longText?: LongTextStrategy;
  /** Tokens that windows share, when `longText` is `windows`. @default 32 */
  readonly windowStride?: number;
}

/** The embeddings of texts, in the order of the texts. */
export interface Embeddings extends Matrix {
  /** For each text: 1 if it was cut. */
  readonly truncated: Uint8Array;
  /** For each text: its length in tokens before anything was cut. */
  readonly tokenCounts: Int32Array;
}

/** One text of a stream with its embedding. */
export interface EncodedText {
  readonly text: string;
  /** `[dimension]` */
  readonly embedding: Float32Array;
  readonly truncated: boolean;
  readonly tokenCount: number;
}

/** Whether the ONNX graph is built from the checkpoint's weights, or is the checkpoint's own `onnx/model.onnx`. */
export type EncoderGraphSource = 'built' | 'file';

/** What identifies an encoder and how it turns texts into embeddings. */
export interface EncoderDescription {
  /** The reference that it was loaded by: a bundled name, a folder or a Hugging Face id. */
  readonly reference: string;
  /** SHA-256 over weights, tokenizer and settings, in hexadecimal. Equal digests give equal embeddings. */
  readonly digest: string;
  /** Width of an embedding. */
  readonly dimension: number;
  /** Longest text in tokens, special tokens included. */
  readonly maximumLength: number;
  readonly pooling: PoolingMode;
  /** True if embeddings have Euclidean length 1. */
  readonly normalized: boolean;
  /** Put before every text; empty for none. */
  readonly prompt: string;
  /** What happens to longer texts unless a call says otherwise. */
  readonly longText: LongTextStrategy;
  /** Where its ONNX graph comes from. */
  readonly graph: EncoderGraphSource;
}

/** Turns texts into embeddings. */
export interface Encoder {
  readonly description: EncoderDescription;
  /**
   * Embeddings `[texts, dimension]` in the order of the texts.
   * @throws {PolyheadError} INVALID_TEXT, ABORTED, SESSION_RELEASED
   */
  encode(texts: readonly string[], options?: EncodeOptions): Promise<Embeddings>;
  /** Encodes a stream of any length in bounded memory; keeps order. */
  encodeStream(texts: AsyncIterable<string> | Iterable<string>, options?: EncodeOptions): AsyncIterable<EncodedText>;
  /** Frees the session. Calls after it throw SESSION_RELEASED. */
  release(): Promise<void>;
}
