import { join, resolve } from 'node:path';
import { defaultCacheDirectory, resolveModel, type ResolvedModel } from '@polyhead/hub';
import type { OnnxModel } from '@polyhead/onnx';
import type { ExecutionProvider, Session } from '@polyhead/runtime';
import { loadTokenizer } from '@polyhead/tokenization';
import {
  PolyheadError,
  assertNotAborted,
  type Encoder,
  type EncoderDescription,
  type Logger,
  type LongOperationOptions,
  type LongTextStrategy,
  type PoolingMode,
  type Tokenizer,
} from '@polyhead/types';
import { computeEncoderDigest } from './digest/encoder-digest.ts';
import { findEncoderFiles, type EncoderFiles } from './encoder-files.ts';
import { createEncoder } from './encoding/create-encoder.ts';
import { createEncoderGraph, readEncoderShape } from './graph/encoder-graph.ts';
import { openEncoderSession } from './graph/open-session.ts';
import { readEncoderSettings, type EncoderSettings } from './settings/encoder-settings.ts';

/** How an encoder is loaded. What is not given is read from the model folder. */
export interface LoadEncoderOptions extends LongOperationOptions {
  readonly pooling?: PoolingMode | undefined;
  readonly normalize?: boolean | undefined;
  /** Longest text in tokens, special tokens included; at most what the model can take. */
  readonly maximumLength?: number | undefined;
  /** Put before every text, such as `query: `. */
  readonly prompt?: string | undefined;
  /** What happens to texts over the maximum length unless a call says otherwise. @default 'truncate' */
  readonly longText?: LongTextStrategy | undefined;
  /** Most tokens of a batch, padding included. @default 384 */
  readonly tokenBudget?: number | undefined;
  /**
   * Threads that compute. On the processor, worker threads share the batches where memory allows a copy of the model for
   * each; embeddings do not depend on their number. @default the number of processors
   */
  readonly threads?: number | undefined;
  /** @default 'cpu' */
  readonly provider?: ExecutionProvider | undefined;
  /** Where downloads and large graphs are kept. @default `defaultCacheDirectory()` of @polyhead/hub */
  readonly cacheDirectory?: string | undefined;
  /** Takes the folder's `onnx/model.onnx` instead of building the graph. @default only if there are no safetensors */
  readonly useOnnxFile?: boolean | undefined;
  readonly logger?: Logger | undefined;
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
  const cacheDirectory = resolve(options.cacheDirectory ?? defaultCacheDirectory());
  const model = await resolveModel(reference, {
    cacheDirectory,
    onProgress: options.onProgress,
    signal: options.signal,
  });
  const files = await findEncoderFiles(model.directory, options.useOnnxFile ?? false);
  const settings = await readEncoderSettings(model.directory, options);
  const tokenizer = await loadTokenizer(model.directory);
  const description = await describeEncoder({
    model,
    files,
    settings,
    cacheDirectory,
    longText: options.longText ?? 'truncate',
  });
  assertNotAborted(options.signal);
  const session = await openEncoderSession(files, {
    provider: options.provider,
    threads: options.threads,
    logger: options.logger,
    pooling: settings.pooling,
    cacheDirectory,
    digest: description.digest,
    signal: options.signal,
  });
  const usesTypeIds = await releaseOnError(session, () => inspectSession(session, files, description.dimension));
  const encoder = createEncoder({
    description,
    tokenizer,
    session,
    lowerCase: settings.lowerCase,
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
    lowerCase: settings.lowerCase,
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

interface DescribeInput {
  readonly model: ResolvedModel;
  readonly files: EncoderFiles;
  readonly settings: EncoderSettings;
  readonly cacheDirectory: string;
  readonly longText: LongTextStrategy;
}

async function describeEncoder({
  model,
  files,
  settings,
  cacheDirectory,
  longText,
}: DescribeInput): Promise<EncoderDescription> {
  const { dimension, maximumPositions } = await readEncoderShape(model.directory);
  const maximumLength = Math.min(settings.maximumLength ?? maximumPositions, maximumPositions);
  return {
    reference: model.reference,
    digest: await computeEncoderDigest(files, { ...settings, maximumLength }, cacheDirectory),
    dimension,
    maximumLength,
    pooling: settings.pooling,
    normalized: settings.normalize,
    prompt: settings.prompt,
    longText,
    graph: files.graph === undefined ? 'built' : 'file',
  };
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
