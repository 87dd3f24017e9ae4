import { stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathExists } from '@polyhead/files';
import { hasErrorCode, PolyheadError, type Logger, type LongOperationOptions } from '@polyhead/types';
import { downloadModel } from './download-model.ts';
import { defaultCacheDirectory, readHubEnvironment, type EnvironmentVariables } from './hub-environment.ts';
import { createUnreachableError, type Fetch } from './hub-fetch.ts';
import { findInOwnCache, findInSharedCache, type HubModel } from './model-cache.ts';
import { parseModelReference, type ModelReference } from './model-reference.ts';

/** How a model is found. */
export interface ResolveModelOptions extends LongOperationOptions {
  /** Where downloads are kept. @default `defaultCacheDirectory()` */
  readonly cacheDirectory?: string | undefined;
  /** Variables to read instead of those of the process. */
  readonly environment?: EnvironmentVariables | undefined;
  /** Told of what may make the model worse than it should be. */
  readonly logger?: Logger | undefined;
  /** For tests and proxies. @default the global fetch */
  readonly fetch?: Fetch | undefined;
  /** Pause before the first retry of a request in milliseconds; doubled for each further one. @default 500 */
  readonly retryDelay?: number | undefined;
}

/** A model on disk. */
export interface ResolvedModel {
  /** The reference in its full form: bundled name, absolute path, or id with the revision if one was given. */
  readonly reference: string;
  readonly kind: ModelReference['kind'];
  /** Absolute path of the folder with config.json. */
  readonly directory: string;
}

/**
 * Finds the files of a model. A model of the hub is looked for in Polyhead's cache, then in the cache that Hugging
 * Face's libraries share, and only then downloaded: a revision that is on disk is never asked for again, so that the
 * same reference gives the same model tomorrow. What the shared cache has without settings of sentence-transformers
 * (the transformers library leaves them out) is completed from the hub, or used with a warning if there is no hub.
 * @throws {PolyheadError} MODEL_REFERENCE_INVALID, FILE_NOT_FOUND, MODEL_INCOMPLETE, MODEL_NOT_FOUND, HUB_UNREACHABLE,
 *   CHECKSUM_MISMATCH, ABORTED
 */
export async function resolveModel(reference: string, options: ResolveModelOptions = {}): Promise<ResolvedModel> {
  const parsed = parseModelReference(reference);
  switch (parsed.kind) {
    case 'bundled':
      return { reference: parsed.name, kind: 'bundled', directory: parsed.directory };
    case 'folder':
      return resolveFolder(parsed.path);
    case 'hub':
      return resolveHubModel(parsed, options);
  }
}

async function resolveFolder(path: string): Promise<ResolvedModel> {
  const directory = resolve(path.replace(/^~(?=[/\\])/, homedir()));
  const entry = await stat(directory).catch(() => undefined);
  if (entry?.isDirectory() !== true) {
    throw new PolyheadError('FILE_NOT_FOUND', {
      message: `The model folder "${directory}" ${entry === undefined ? 'does not exist' : 'is a file'}.`,
      remedy: 'Give the folder that holds config.json, tokenizer.json and the weights.',
      details: { folder: directory },
    });
  }
  if (await pathExists(join(directory, 'config.json'))) return { reference: directory, kind: 'folder', directory };
  // A saved Polyhead model carries its encoder, unless it only names it.
  const own = join(directory, 'encoder');
  if (await pathExists(join(own, 'config.json'))) return { reference: directory, kind: 'folder', directory: own };
  if (await pathExists(join(directory, 'polyhead.json'))) {
    throw new PolyheadError('MODEL_INCOMPLETE', {
      message: `The model "${directory}" does not hold its encoder; its polyhead.json says which one it uses.`,
      remedy: 'Name that encoder, or save the model self-contained.',
      details: { folder: directory, missing: ['encoder/config.json'] },
    });
  }
  throw new PolyheadError('MODEL_INCOMPLETE', {
    message: `The folder "${directory}" holds no config.json, so it is not a Hugging Face model.`,
    remedy: 'Give the folder that holds config.json, tokenizer.json and the weights.',
    details: { folder: directory, missing: ['config.json'] },
  });
}

async function resolveHubModel(model: HubModel, options: ResolveModelOptions): Promise<ResolvedModel> {
  const environment = readHubEnvironment(options.environment);
  const cacheDirectory = resolve(options.cacheDirectory ?? defaultCacheDirectory());
  const reference = model.revision === 'main' ? model.id : `${model.id}@${model.revision}`;
  const toResult = (directory: string): ResolvedModel => ({ reference, kind: 'hub', directory });
  const own = await findInOwnCache(cacheDirectory, model);
  if (own !== undefined) return toResult(own);
  const shared = await findInSharedCache(environment.sharedCache, model);
  if (shared !== undefined && (await pathExists(join(shared, 'modules.json')))) return toResult(shared);
  try {
    if (environment.offline) {
      throw createUnreachableError(environment, 'HF_HUB_OFFLINE is set', `The model "${reference}"`);
    }
    const directory = await downloadModel(model, {
      environment,
      cacheDirectory,
      partialCopy: shared,
      fetch: options.fetch ?? fetch,
      signal: options.signal,
      retryDelay: options.retryDelay ?? 500,
      ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
    });
    return toResult(directory);
  } catch (error) {
    if (shared === undefined || !hasErrorCode(error, 'HUB_UNREACHABLE')) throw error;
    options.logger?.warn(
      `"${reference}" is taken from the Hugging Face cache, which has no modules.json of it: unless you set pooling, ` +
        'normalisation and prompts yourself, they may not be those that the model was made with.',
    );
    return toResult(shared);
  }
}
