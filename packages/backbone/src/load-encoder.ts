import { join } from 'node:path';
import type { OnnxModel } from '@polyhead/onnx';
import type { ExecutionProvider } from '@polyhead/runtime';
import type { Encoder, Tokenizer } from '@polyhead/types';
import { openEncoderFolder, type EncoderFolderOptions } from './encoder-folder.ts';
import type { EncoderFiles } from './encoder-files.ts';
import { createEncoder } from './encoding/create-encoder.ts';
import { assertTokenBudget, defaultTokenBudget } from './encoding/token-budget.ts';
import { createEncoderGraph } from './graph/encoder-graph.ts';
import { assertWidth, inspectSession } from './graph/inspect-session.ts';
import { openEncoderSession } from './graph/open-session.ts';

/** How an encoder is loaded. What is not given is read from the model folder. */
export interface LoadEncoderOptions extends EncoderFolderOptions {
  /** Most tokens of a batch, padding included. @default 384 */
  readonly tokenBudget?: number | undefined;
  /**
   * Threads that compute. On the processor, worker threads share the batches where memory allows a copy of the model for
   * each; embeddings do not depend on their number. @default the number of processors
   */
  readonly threads?: number | undefined;
  /** @default 'cpu' */
  readonly provider?: ExecutionProvider | undefined;
}

/** An encoder that was loaded from a model folder. */
export interface LoadedEncoder extends Encoder {
  readonly tokenizer: Tokenizer;
  /** Where its files lie. */
  readonly directory: string;
  /** The files in use. */
  readonly files: EncoderFiles;
  /** True if texts are put into lower case before they are tokenised. */
  readonly lowerCase: boolean;
  /**
   * The encoder as an ONNX graph: `input_ids` and `attention_mask` (and `token_type_ids` where the model has them) in,
   * `sentence_embedding` `[batch, dimension]` out, normalised if the encoder's embeddings are.
   */
  toOnnxModel(): Promise<OnnxModel>;
}

/**
 * Loads an encoder by its reference: the bundled `all-MiniLM-L6-v2`, a model folder, or a Hugging Face id.
 * @throws {PolyheadError} MODEL_REFERENCE_INVALID, MODEL_NOT_FOUND, MODEL_INCOMPLETE, HUB_UNREACHABLE,
 *   ARCHITECTURE_UNSUPPORTED, TOKENIZER_INVALID, TENSOR_MISSING, SESSION_FAILED, INVALID_ARGUMENT, ABORTED; with adapters
 *   also MODEL_ENCODER_MISMATCH and TENSOR_SHAPE_MISMATCH for those of another encoder, FILE_NOT_FOUND, INVALID_CONFIGURATION
 */
export async function loadEncoder(reference: string, options: LoadEncoderOptions = {}): Promise<LoadedEncoder> {
  const tokenBudget = assertTokenBudget(options.tokenBudget ?? defaultTokenBudget);
  const { model, files, tokenizer, description, lowerCase, cacheDirectory } = await openEncoderFolder(
    reference,
    options,
  );
  const session = await openEncoderSession(files, {
    provider: options.provider,
    threads: options.threads,
    logger: options.logger,
    pooling: description.pooling,
    cacheDirectory,
    digest: description.digest,
    signal: options.signal,
  });
  const usesTypeIds = await inspectSession(session, join(files.directory, files.graph ?? ''), (file) =>
    assertWidth(session, { file, output: 'sentence_embedding', width: description.dimension }),
  );
  const encoder = createEncoder({
    description,
    tokenizer,
    session,
    output: 'sentence_embedding',
    lowerCase,
    dimension: description.dimension,
    padId: tokenizer.padId,
    usesTypeIds,
    tokenBudget,
  });
  return {
    ...encoder,
    tokenizer,
    directory: model.directory,
    files,
    lowerCase,
    toOnnxModel: () => createEncoderGraph(files, { pooling: description.pooling, normalize: description.normalized }),
  };
}
