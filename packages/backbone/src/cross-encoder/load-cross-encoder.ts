import { join, resolve } from 'node:path';
import { defaultCacheDirectory, resolveModel, type ResolvedModel } from '@polyhead/hub';
import { buildClassifierModel, readModel, type OnnxModel } from '@polyhead/onnx';
import type { ExecutionProvider, Session } from '@polyhead/runtime';
import { loadTokenizer } from '@polyhead/tokenization';
import {
  PolyheadError,
  type CrossEncoder,
  type Logger,
  type LongOperationOptions,
  type Tokenizer,
  type TruncationStrategy,
} from '@polyhead/types';
import { computeModelDigest } from '../digest/encoder-digest.ts';
import { findEncoderFiles, type EncoderFiles } from '../encoder-files.ts';
import { assertTokenBudget, defaultTokenBudget } from '../encoding/token-budget.ts';
import { readEncoderShape } from '../graph/encoder-graph.ts';
import { assertWidth, inspectSession } from '../graph/inspect-session.ts';
import { openModelSession } from '../graph/open-session.ts';
import { readSettingsFile, toLength } from '../settings/json-fields.ts';
import { createCrossEncoder } from './create-cross-encoder.ts';
import { defaultLabelNames, readLabelNames } from './label-names.ts';

/** How a cross-encoder is loaded. What is not given is read from the model folder. */
export interface LoadCrossEncoderOptions extends LongOperationOptions {
  /** Longest pair in tokens, special tokens included. More than the model takes is cut to that, with a warning. */
  readonly maximumLength?: number | undefined;
  /**
   * What is cut of a pair that is too long: `only-first` never cuts the second text and refuses one that leaves no room,
   * `longest-first` cuts the longer one.
   * @default 'only-first'
   */
  readonly truncation?: TruncationStrategy | undefined;
  /** Takes the folder's `onnx/model.onnx` instead of building the graph. @default only if there are no safetensors */
  readonly useOnnxFile?: boolean | undefined;
  /** Where downloads and large graphs are kept. @default `defaultCacheDirectory()` of @polyhead/hub */
  readonly cacheDirectory?: string | undefined;
  /** Told of what may not be as the caller thinks. */
  readonly logger?: Logger | undefined;
  /** Most tokens of a batch, padding included. @default 384 */
  readonly tokenBudget?: number | undefined;
  /** Threads that compute; logits do not depend on their number. @default the number of processors */
  readonly threads?: number | undefined;
  /** @default 'cpu' */
  readonly provider?: ExecutionProvider | undefined;
}

/** A cross-encoder that was loaded from a model folder. */
export interface LoadedCrossEncoder extends CrossEncoder {
  readonly tokenizer: Tokenizer;
  /** Where its files lie. */
  readonly directory: string;
  /** The files in use. */
  readonly files: EncoderFiles;
}

/**
 * Loads a sequence classification model by its reference: a model folder or a Hugging Face id. The graph is built from
 * config.json and safetensors, or is the folder's own ONNX file with the output `logits`.
 * @throws {PolyheadError} MODEL_REFERENCE_INVALID, MODEL_NOT_FOUND, MODEL_INCOMPLETE, HUB_UNREACHABLE,
 *   ARCHITECTURE_UNSUPPORTED, INVALID_CONFIGURATION, TOKENIZER_INVALID, TENSOR_MISSING, ONNX_UNSUPPORTED, SESSION_FAILED,
 *   INVALID_ARGUMENT, ABORTED
 */
export async function loadCrossEncoder(
  reference: string,
  options: LoadCrossEncoderOptions = {},
): Promise<LoadedCrossEncoder> {
  const tokenBudget = assertTokenBudget(options.tokenBudget ?? defaultTokenBudget);
  const cacheDirectory = resolve(options.cacheDirectory ?? defaultCacheDirectory());
  const { onProgress, signal, logger, provider, threads } = options;
  const model = await resolveModel(reference, { cacheDirectory, onProgress, signal, logger });
  const { directory } = model;
  const files = await findEncoderFiles(directory, options.useOnnxFile ?? false);
  const names = await readLabelNames(directory);
  const tokenizer = await loadTokenizer(directory);
  assertMaximumLength(options.maximumLength, tokenizer);
  const maximumLength = await readMaximumLength(model, options);
  const digest = await computeModelDigest(files, { output: 'logits', maximumLength }, cacheDirectory);
  const session = await openModelSession(
    { files, createGraph: () => createClassifierGraph(files) },
    { provider, threads, logger, cacheDirectory, digest, signal },
  );
  let labels: readonly string[] = [];
  const usesTypeIds = await inspectSession(session, join(directory, files.graph ?? ''), (file) => {
    labels = names ?? defaultLabelNames(readWidth(session, file));
    assertWidth(session, { file, output: 'logits', width: labels.length });
  });
  const description = {
    reference: model.reference,
    digest,
    labels,
    maximumLength,
    graph: files.graph === undefined ? 'built' : 'file',
  } as const;
  const { padId } = tokenizer;
  const { truncation = 'only-first' } = options;
  const encoder = createCrossEncoder({ description, tokenizer, truncation, session, padId, usesTypeIds, tokenBudget });
  return { ...encoder, tokenizer, directory, files };
}

function assertMaximumLength(maximumLength: number | undefined, { addedTokens }: Tokenizer): void {
  const least = addedTokens.pair + 2;
  if (maximumLength === undefined || (Number.isInteger(maximumLength) && maximumLength >= least)) return;
  throw new PolyheadError('INVALID_ARGUMENT', {
    message: `The maximum length is ${maximumLength}, but must be a whole number of at least ${least} tokens.`,
    details: { maximumLength },
  });
}

async function readMaximumLength(
  { directory, reference }: ResolvedModel,
  { maximumLength, logger }: LoadCrossEncoderOptions,
): Promise<number> {
  const tokenizer = (await readSettingsFile(directory, 'tokenizer_config.json')) ?? {};
  const { maximumPositions } = await readEncoderShape(directory);
  const wanted = maximumLength ?? toLength(tokenizer['model_max_length']) ?? maximumPositions;
  const length = Math.min(wanted, maximumPositions);
  if (maximumLength !== undefined && maximumLength > length) {
    logger?.warn(
      `The maximum length of ${maximumLength} tokens is taken as ${length}, which is the most that "${reference}" takes.`,
    );
  }
  return length;
}

async function createClassifierGraph(files: EncoderFiles): Promise<OnnxModel> {
  return files.graph === undefined
    ? (await buildClassifierModel(files.directory)).model
    : readModel(join(files.directory, files.graph));
}

function readWidth(session: Session, file: string): number {
  const output = session.outputs.find(({ name }) => name === 'logits');
  const width = output?.shape.at(-1);
  if (typeof width === 'number') return width;
  throw new PolyheadError('ONNX_UNSUPPORTED', {
    message:
      output === undefined
        ? `The graph "${file}" has no output "logits".`
        : `The graph "${file}" does not say how many logits it gives, and config.json has no "id2label".`,
    remedy: 'Use an export of a sequence classification model, with its config.json.',
    details: { file, outputs: session.outputs.map(({ name }) => name) },
  });
}
