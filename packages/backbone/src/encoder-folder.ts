import { resolve } from 'node:path';
import { defaultCacheDirectory, resolveModel, type ResolvedModel } from '@polyhead/hub';
import { loadTokenizer } from '@polyhead/tokenization';
import {
  assertNotAborted,
  type EncoderDescription,
  type Logger,
  type LongOperationOptions,
  type LongTextStrategy,
  type PoolingMode,
  type Tokenizer,
} from '@polyhead/types';
import { mergeIntoCache } from './adapters/merged-folder.ts';
import { computeEncoderDigest } from './digest/encoder-digest.ts';
import { findEncoderFiles, type EncoderFiles } from './encoder-files.ts';
import { readEncoderShape } from './graph/encoder-graph.ts';
import { readEncoderSettings } from './settings/encoder-settings.ts';

/** How the folder of an encoder is opened. What is not given is read from it. */
export interface EncoderFolderOptions extends LongOperationOptions {
  readonly pooling?: PoolingMode | undefined;
  readonly normalize?: boolean | undefined;
  /** Longest text in tokens, special tokens included, at least 3. More than the model takes is cut to that, with a warning. */
  readonly maximumLength?: number | undefined;
  /** Put before every text, such as `query: `. */
  readonly prompt?: string | undefined;
  /** What happens to texts over the maximum length unless a call says otherwise. @default 'truncate' */
  readonly longText?: LongTextStrategy | undefined;
  /** Takes the folder's `onnx/model.onnx` instead of building the graph. @default only if there are no safetensors */
  readonly useOnnxFile?: boolean | undefined;
  /**
   * Folder of low-rank adapters (adapter_config.json and adapter_model.safetensors, as training with `keepAdapters`,
   * `saveAdapters` and the PEFT library write them). They are merged into the weights; the merged encoder is kept in the cache
   * folder, and is the encoder's reference. @default none
   */
  readonly adapters?: string | undefined;
  /** Where downloads, large graphs and merged encoders are kept. @default `defaultCacheDirectory()` of @polyhead/hub */
  readonly cacheDirectory?: string | undefined;
  /** Told of what may not be as the caller thinks. */
  readonly logger?: Logger | undefined;
}

/** A model folder, found and read, before any graph is made. */
export interface EncoderFolder {
  readonly model: ResolvedModel;
  readonly files: EncoderFiles;
  readonly tokenizer: Tokenizer;
  readonly description: EncoderDescription;
  /** True if texts are put into lower case before they are tokenised. */
  readonly lowerCase: boolean;
  /** Where downloads, large graphs and merged encoders are kept. */
  readonly cacheDirectory: string;
}

/**
 * Finds an encoder by its reference and reads its tokenizer and settings.
 * @throws {PolyheadError} MODEL_REFERENCE_INVALID, MODEL_NOT_FOUND, MODEL_INCOMPLETE, HUB_UNREACHABLE,
 *   ARCHITECTURE_UNSUPPORTED, TOKENIZER_INVALID, INVALID_ARGUMENT, ABORTED; with adapters what {@link mergeIntoCache} throws
 */
export async function openEncoderFolder(reference: string, options: EncoderFolderOptions): Promise<EncoderFolder> {
  const cacheDirectory = resolve(options.cacheDirectory ?? defaultCacheDirectory());
  const { onProgress, signal, logger } = options;
  const base = await resolveModel(reference, { cacheDirectory, onProgress, signal, logger });
  const { model, files } = await withAdapters(base, options, cacheDirectory);
  const settings = await readEncoderSettings(model.directory, options);
  const tokenizer = await loadTokenizer(model.directory);
  const { dimension, maximumPositions } = await readEncoderShape(model.directory);
  const maximumLength = Math.min(settings.maximumLength ?? maximumPositions, maximumPositions);
  if (options.maximumLength !== undefined && options.maximumLength > maximumLength) {
    logger?.warn(
      `The maximum length of ${options.maximumLength} tokens is taken as ${maximumLength}, which is the most that "${model.reference}" takes.`,
    );
  }
  const description: EncoderDescription = {
    reference: model.reference,
    digest: await computeEncoderDigest(files, { ...settings, maximumLength }, cacheDirectory),
    dimension,
    maximumLength,
    pooling: settings.pooling,
    normalized: settings.normalize,
    prompt: settings.prompt,
    longText: options.longText ?? 'truncate',
    graph: files.graph === undefined ? 'built' : 'file',
  };
  assertNotAborted(signal);
  return { model, files, tokenizer, description, lowerCase: settings.lowerCase, cacheDirectory };
}

async function withAdapters(
  base: ResolvedModel,
  { adapters, useOnnxFile = false, signal }: EncoderFolderOptions,
  cacheDirectory: string,
): Promise<Pick<EncoderFolder, 'model' | 'files'>> {
  const files = await findEncoderFiles(base.directory, useOnnxFile);
  if (adapters === undefined) return { model: base, files };
  const model = await mergeIntoCache({ model: base, files, adapters, cacheDirectory, signal });
  return { model, files: await findEncoderFiles(model.directory, files.graph !== undefined) };
}
