import { join } from 'node:path';
import { readText } from '@polyhead/files';
import { isCompleteModel } from './model-files.ts';

/** A model of the hub in a certain revision. */
export interface HubModel {
  readonly id: string;
  readonly revision: string;
}

const commitPattern = /^[0-9a-f]{40}$/;

/** True for the full hash of a commit, which may become the name of a folder. */
export function isCommit(text: string): boolean {
  return commitPattern.test(text);
}

/** The folder of one model below Polyhead's own cache folder: a folder a commit, and `refs` that name commits. */
export function toCacheFolder(cacheDirectory: string, id: string): string {
  return join(cacheDirectory, 'models', id.replace('/', '--'));
}

/** Where the name of a branch or tag leads, as this cache last saw it. */
export function toReferenceFile(cacheFolder: string, revision: string): string {
  return join(cacheFolder, 'refs', encodeURIComponent(revision));
}

async function readCommit(path: string): Promise<string | undefined> {
  const text = await readText(path).catch(() => '');
  return isCommit(text.trim()) ? text.trim() : undefined;
}

/** The folder of a model that was downloaded before, or undefined. */
export async function findInOwnCache(cacheDirectory: string, model: HubModel): Promise<string | undefined> {
  const folder = toCacheFolder(cacheDirectory, model.id);
  const commit = isCommit(model.revision) ? model.revision : await readCommit(toReferenceFile(folder, model.revision));
  if (commit === undefined) return undefined;
  const directory = join(folder, commit);
  return (await isCompleteModel(directory)) ? directory : undefined;
}

/**
 * The folder of a model in the cache that Hugging Face's own libraries share (`models--owner--name/snapshots/COMMIT`),
 * or undefined if it is not there or was not downloaded completely.
 */
export async function findInSharedCache(sharedCache: string, model: HubModel): Promise<string | undefined> {
  const folder = join(sharedCache, `models--${model.id.replace('/', '--')}`);
  const commit = isCommit(model.revision)
    ? model.revision
    : await readCommit(join(folder, 'refs', ...model.revision.split('/')));
  if (commit === undefined) return undefined;
  const directory = join(folder, 'snapshots', commit);
  return (await isCompleteModel(directory)) ? directory : undefined;
}
