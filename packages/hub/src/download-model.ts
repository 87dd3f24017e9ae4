import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathExists, toFileError, withFileLock, writeFileAtomic } from '@polyhead/files';
import { PolyheadError, assertNotAborted, type LongOperationOptions } from '@polyhead/types';
import { copySameFile, downloadFile, type RemoteFile } from './download-file.ts';
import { createHubFetch, type HubFetchOptions } from './hub-fetch.ts';
import { listRemoteFiles, type RemoteModel } from './list-remote-files.ts';
import { toCacheFolder, toReferenceFile, type HubModel } from './model-cache.ts';
import { selectModelFiles } from './select-files.ts';

/** How a model is downloaded. */
export interface DownloadModelOptions extends Pick<LongOperationOptions, 'onProgress'>, HubFetchOptions {
  readonly cacheDirectory: string;
  /** A folder with some of the files: those with the right checksums are copied, the others downloaded. */
  readonly partialCopy?: string | undefined;
}

/**
 * Downloads what an encoder needs of a model into the cache. The folder of a commit appears only when all its files are
 * there and have the right checksums; an interrupted download is taken up again, and
 * a folder that lacks files is replaced.
 * @returns the folder
 * @throws {PolyheadError} MODEL_NOT_FOUND, MODEL_INCOMPLETE, HUB_UNREACHABLE, CHECKSUM_MISMATCH, ABORTED
 */
export async function downloadModel(model: HubModel, options: DownloadModelOptions): Promise<string> {
  const hubFetch = createHubFetch(options);
  const remote = await listRemoteFiles(model, options.environment, hubFetch);
  const files = selectModelFiles([...remote.files.keys()]);
  if (files === undefined || !files.settings.includes('config.json') || !files.settings.includes('tokenizer.json')) {
    throw createIncompleteError(model, [...remote.files.keys()]);
  }
  const folder = toCacheFolder(options.cacheDirectory, model.id);
  const directory = join(folder, remote.commit);
  const work = (): Promise<void> =>
    downloadFiles({ model, remote, paths: [...files.settings, ...files.weights], directory }, options);
  await withFileLock(`${directory}.lock`, work, options.signal);
  await writeFileAtomic(toReferenceFile(folder, model.revision), remote.commit);
  return directory;
}

function createIncompleteError(model: HubModel, paths: readonly string[]): PolyheadError {
  const lacks = ['config.json', 'tokenizer.json'].filter((name) => !paths.includes(name));
  if (selectModelFiles(paths) === undefined) lacks.push('model.safetensors or onnx/model.onnx');
  return new PolyheadError('MODEL_INCOMPLETE', {
    message: `The model "${model.id}" in revision "${model.revision}" has no ${lacks.join(', no ')}.`,
    remedy:
      'Look for a revision or a copy of the model that has these files, or convert it once and use the local folder.',
    details: { id: model.id, revision: model.revision, missing: lacks },
  });
}

interface Download {
  readonly model: HubModel;
  readonly remote: RemoteModel;
  readonly paths: readonly string[];
  readonly directory: string;
}

async function downloadFiles(
  { model, remote, paths, directory }: Download,
  options: DownloadModelOptions,
): Promise<void> {
  // Another process may have finished it while this one waited.
  if (await hasFiles(directory, paths)) return;
  const incomplete = `${directory}.incomplete`;
  const hubFetch = createHubFetch(options);
  const files = paths.flatMap((path) => {
    const file = remote.files.get(path);
    return file === undefined ? [] : [{ path, file }];
  });
  // A folder of this commit that lacks a file still has others.
  const copies = options.partialCopy === undefined ? [directory] : [directory, options.partialCopy];
  const total = files.reduce((sum, { file }) => sum + file.size, 0);
  let finished = 0;
  for (const { path, file } of files) {
    assertNotAborted(options.signal);
    const report = (bytes: number): void => {
      options.onProgress?.({ phase: `downloading ${model.id}`, done: finished + bytes, total, unit: 'bytes' });
    };
    const target = join(incomplete, ...path.split('/'));
    const isThere = (await pathExists(target)) || (await copyFromAny(copies, path, { file, target }));
    if (!isThere) await downloadFile(file, target, { ...options, fetch: hubFetch, onBytes: report });
    finished += file.size;
    report(0);
  }
  try {
    await rm(directory, { recursive: true, force: true });
    await rename(incomplete, directory);
  } catch (error) {
    throw toFileError(error, directory, 'write');
  }
}

async function hasFiles(directory: string, paths: readonly string[]): Promise<boolean> {
  for (const path of paths) if (!(await pathExists(join(directory, ...path.split('/'))))) return false;
  return true;
}

/** Copies a file from the first folder that has it with the right checksum; false if none has. */
async function copyFromAny(
  folders: readonly string[],
  path: string,
  { file, target }: { readonly file: RemoteFile; readonly target: string },
): Promise<boolean> {
  for (const folder of folders) if (await copySameFile(file, join(folder, ...path.split('/')), target)) return true;
  return false;
}
