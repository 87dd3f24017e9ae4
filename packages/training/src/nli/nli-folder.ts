import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pathExists, readJson, recoverDirectory } from '@polyhead/files';
import { PolyheadError, type JsonObject } from '@polyhead/types';

/** Files of a model folder beside those of the model itself. */
export const nliFiles = { card: 'README.md', metrics: 'metrics.json', training: 'training.json' } as const;

/** `format` of training.json, by which a folder that this task wrote is known. */
export const nliFormat = 'polyhead-nli-training';

/**
 * Refuses a place where something else lies, before any slow work.
 * @throws {PolyheadError} OUTPUT_EXISTS; FILE_NOT_WRITABLE
 */
export async function assertNliTarget(directory: string): Promise<void> {
  await recoverDirectory(directory);
  const state = await stat(directory).catch(() => undefined);
  if (state === undefined) return;
  if (!state.isDirectory()) throw outputExists(directory, 'is a file');
  if ((await readdir(directory)).length === 0) return;
  const record = join(directory, nliFiles.training);
  const content = (await pathExists(record)) ? await readJson(record).catch(() => null) : null;
  const isOurs =
    typeof content === 'object' &&
    content !== null &&
    !Array.isArray(content) &&
    (content as JsonObject)['format'] === nliFormat;
  if (!isOurs) throw outputExists(directory, 'holds other files');
}

function outputExists(directory: string, reason: string): PolyheadError {
  return new PolyheadError('OUTPUT_EXISTS', {
    message: `"${directory}" ${reason}, so no model is written there.`,
    remedy: 'Choose a new folder, or move what is there away.',
    details: { file: directory },
  });
}
