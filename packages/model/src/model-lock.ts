import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { followLinks, pathExists, recoverDirectory, withFileLock } from '@polyhead/files';

/**
 * Changes a model folder while no other process does: who reads a model to write a changed one must do both inside, or
 * what another process wrote in between is lost. The lock lies beside the folder, since the folder itself is replaced:
 * beside the real one, by whichever link it was named, also while nothing is there.
 * @throws {PolyheadError} FILE_NOT_WRITABLE, and whatever `work` throws
 */
export async function withModelLock<Result>(directory: string, work: () => Promise<Result>): Promise<Result> {
  const place = await followLinks(directory);
  return withFileLock(join(dirname(place), `.${basename(place)}.lock`), work);
}

/**
 * Puts back a model that a killed process had moved away. A process that is only about to replace the model has moved it
 * away too, so this waits until no other one is changing it. Not for use inside of {@link withModelLock}.
 * @throws {PolyheadError} FILE_NOT_WRITABLE
 */
export async function recoverModel(directory: string): Promise<void> {
  if (await pathExists(directory)) return;
  const place = await followLinks(directory);
  const neighbours = await readdir(dirname(place)).catch((): string[] => []);
  if (!neighbours.some((name) => name.startsWith(`.${basename(place)}.old-`))) return;
  await withModelLock(directory, () => recoverDirectory(directory));
}
