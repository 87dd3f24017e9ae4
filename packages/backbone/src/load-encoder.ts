import { join } from 'node:path';
import type { OnnxModel } from '@polyhead/onnx';
import type { ExecutionProvider, Session } from '@polyhead/runtime';
import { PolyheadError, type Encoder, type Tokenizer } from '@polyhead/types';
import { openEncoderFolder, type EncoderFolderOptions } from './encoder-folder.ts';
import type { EncoderFiles } from './encoder-files.ts';
import { createEncoder } from './encoding/create-encoder.ts';
import { createEncoderGraph } from './graph/encoder-graph.ts';
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

/** Measured: 256 and 384 tokens took the least processor time a text, 1024 a tenth more; the caches hold a small batch. */
const defaultTokenBudget = 384;

/**
 * Loads an encoder by its reference: the bundled `all-MiniLM-L6-v2`, a model folder, or a Hugging Face id.
 * @throws {PolyheadError} MODEL_REFERENCE_INVALID, MODEL_NOT_FOUND, MODEL_INCOMPLETE, HUB_UNREACHABLE,
 *   ARCHITECTURE_UNSUPPORTED, TOKENIZER_INVALID, TENSOR_MISSING, SESSION_FAILED, INVALID_ARGUMENT, ABORTED
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
  const usesTypeIds = await releaseOnError(session, () => inspectSession(session, files, description.dimension));
  const encoder = createEncoder({
    description,
    tokenizer,
    session,
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

async function releaseOnError<Result>(session: Session, work: () => Result): Promise<Result> {
  try {
    return work();
  } catch (error) {
    await session.release();
    throw error;
  }
}

function assertTokenBudget(tokenBudget: number): number {
  if (Number.isInteger(tokenBudget) && tokenBudget > 0) return tokenBudget;
  throw new PolyheadError('INVALID_ARGUMENT', {
    message: `The token budget is ${tokenBudget}, but must be a whole number of at least 1.`,
    details: { tokenBudget },
  });
}

/**
 * Checks that the graph takes what an encoder is fed with and gives embeddings of the right width.
 * @returns whether it wants token types
 */
function inspectSession(session: Session, files: EncoderFiles, dimension: number): boolean {
  const file = join(files.directory, files.graph ?? '');
  const known = ['input_ids', 'attention_mask', 'token_type_ids'];
  const foreign = session.inputs.find((input) => !known.includes(input.name) || input.dataType !== 'int64');
  if (foreign !== undefined) {
    throw new PolyheadError('ONNX_UNSUPPORTED', {
      message: `The graph "${file}" has the ${foreign.dataType} input "${foreign.name}".`,
      remedy: `An encoder's inputs are int64 and named ${known.join(', ')}.`,
      details: { file, input: foreign.name },
    });
  }
  const width = session.outputs.find((output) => output.name === 'sentence_embedding')?.shape.at(-1);
  if (typeof width === 'number' && width !== dimension) {
    throw new PolyheadError('TENSOR_SHAPE_MISMATCH', {
      message: `The graph "${file}" gives embeddings of ${width} numbers, but config.json says ${dimension}.`,
      remedy: 'Check that the ONNX file and config.json belong to the same model.',
      details: { file, expected: dimension, found: width },
    });
  }
  return session.inputs.some((input) => input.name === 'token_type_ids');
}
