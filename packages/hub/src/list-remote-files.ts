import { PolyheadError } from '@polyhead/types';
import type { RemoteFile } from './download-file.ts';
import type { HubEnvironment } from './hub-environment.ts';
import type { Fetch } from './hub-fetch.ts';
import { isCommit, type HubModel } from './model-cache.ts';

/** The files of a model at the commit that a revision led to. */
export interface RemoteModel {
  readonly commit: string;
  /** By path, with `/` between folders. */
  readonly files: ReadonlyMap<string, RemoteFile>;
}

/**
 * Asks the hub for the files of a model.
 * @throws {PolyheadError} MODEL_NOT_FOUND, HUB_UNREACHABLE, ABORTED
 */
export async function listRemoteFiles(
  model: HubModel,
  environment: HubEnvironment,
  hubFetch: Fetch,
): Promise<RemoteModel> {
  // Loaded here, since a model that is on disk already never needs it.
  const { listFiles, modelInfo } = await import('@huggingface/hub');
  const shared = { hubUrl: environment.endpoint, fetch: hubFetch };
  try {
    const info = await modelInfo({ ...shared, name: model.id, revision: model.revision, additionalFields: ['sha'] });
    if (!isCommit(info.sha)) throw createCommitError(info.sha, model, environment);
    const files = new Map<string, RemoteFile>();
    const request = {
      ...shared,
      repo: { type: 'model', name: model.id },
      revision: info.sha,
      recursive: true,
    } as const;
    for await (const entry of listFiles(request)) {
      if (entry.type !== 'file' || !isSafePath(entry.path)) continue;
      const checksum = entry.lfs
        ? ({ algorithm: 'sha256', value: entry.lfs.oid } as const)
        : ({ algorithm: 'git-blob', value: entry.oid ?? '' } as const);
      const url = `${environment.endpoint}/${model.id}/resolve/${info.sha}/${entry.path.split('/').map(encodeURIComponent).join('/')}`;
      files.set(entry.path, { url, size: entry.size, checksum });
    }
    return { commit: info.sha, files };
  } catch (error) {
    throw toModelError(error, model, environment);
  }
}

/**
 * False for names that would lead elsewhere, on any system: on Windows `\\` separates folders, and `:` names drives and
 * streams. No file that an encoder is made of has such a name.
 */
function isSafePath(path: string): boolean {
  return !/[\\:]/.test(path) && path.split('/').every((name) => name !== '' && name !== '.' && name !== '..');
}

function createCommitError(sha: unknown, model: HubModel, { endpoint }: HubEnvironment): PolyheadError {
  return new PolyheadError('MODEL_NOT_FOUND', {
    message: `${endpoint} says that revision "${model.revision}" of the model "${model.id}" is ${JSON.stringify(sha)}, which is no commit.`,
    remedy: 'Check that HF_ENDPOINT is a mirror of the Hugging Face hub.',
    details: { id: model.id, revision: model.revision, endpoint },
  });
}

function toModelError(error: unknown, model: HubModel, environment: HubEnvironment): unknown {
  if (PolyheadError.isInstance(error)) return error;
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  const details = { id: model.id, revision: model.revision, endpoint: environment.endpoint };
  if (status === 401 || status === 403) {
    const token = environment.token === undefined ? 'HF_TOKEN is not set' : 'HF_TOKEN does not give access to it';
    return new PolyheadError('MODEL_NOT_FOUND', {
      message: `The model "${model.id}" does not exist on ${environment.endpoint}, or is private or gated and ${token}.`,
      remedy: 'Check the spelling; for a gated model accept its terms on its page and set HF_TOKEN.',
      details: { ...details, status },
      cause: error,
    });
  }
  return new PolyheadError('MODEL_NOT_FOUND', {
    message: `The model "${model.id}" in revision "${model.revision}" was not found on ${environment.endpoint}: ${error instanceof Error ? error.message : String(error)}`,
    remedy: 'Check the spelling of the id and of the revision (a branch, a tag or a full commit hash).',
    details,
    cause: error,
  });
}
