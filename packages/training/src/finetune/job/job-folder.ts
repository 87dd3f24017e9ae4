import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { toFileError } from '@polyhead/files';
import { hasErrorCode, PolyheadError } from '@polyhead/types';
import type { TrainOptions } from '../../train-options.ts';
import { hasCheckpoint } from '../checkpoints/checkpoint-folder.ts';

/** Where the checkpoints of a job lie: beside its output folder. */
export function checkpointDirectory(output: string): string {
  return `${output.replace(/[/\\]+$/, '')}.checkpoint`;
}

/** Parts of the folder that hold the checkpoints of the two phases of few-shot training. */
export const phaseFolders = { embedding: 'embedding', classifier: 'classifier' } as const;

/**
 * Makes sure that there is something to resume if that is asked for, and warns of what will be replaced if it is not,
 * whichever method left it there.
 * @param resumable folders whose checkpoints this method can go on from
 * @throws {PolyheadError} CHECKPOINT_NOT_FOUND
 */
export async function checkForCheckpoint(
  directory: string,
  { resume, onWarning }: Pick<TrainOptions, 'resume' | 'onWarning'>,
  resumable: readonly string[] = [directory],
): Promise<void> {
  const phases = Object.values(phaseFolders).map((name) => join(directory, name));
  const folders = resume === true ? resumable : [directory, ...phases];
  const found = (await Promise.all(folders.map(hasCheckpoint))).includes(true);
  if (resume === true && !found) {
    throw new PolyheadError('CHECKPOINT_NOT_FOUND', {
      message: `There is no checkpoint in "${directory}".`,
      remedy: 'Train without resuming.',
      details: { file: directory },
    });
  }
  if (resume === true || !found) return;
  onWarning?.({
    head: undefined,
    message: `An unfinished training lies in "${directory}"; the first checkpoint of this one replaces it. To go on with it, stop now and resume.`,
  });
}

/** Tells those who stopped a job how to go on with it. */
export async function withCheckpoint(error: unknown, directory: string): Promise<unknown> {
  const stopped = hasErrorCode(error, 'ABORTED') || hasErrorCode(error, 'TRAINING_DIVERGED');
  if (!stopped || !(await hasCheckpoint(directory))) return error;
  return new PolyheadError(error.code, {
    message: `${error.message} The last checkpoint is in "${directory}".`,
    remedy:
      error.code === 'ABORTED'
        ? 'Train with resume to go on from there.'
        : `${error.remedy ?? ''} Checkpoints go on with their own settings only, so with others training begins anew.`.trim(),
    details: { ...error.details, checkpoint: directory },
    cause: error,
  });
}

/** A warning of texts that were cut, if there are any. */
export function warnOfCutTexts(
  { truncatedTexts, distinctTexts }: { readonly truncatedTexts: number; readonly distinctTexts: number },
  limit: number,
  { onWarning }: TrainOptions,
): void {
  if (truncatedTexts === 0) return;
  onWarning?.({
    head: undefined,
    message: `${truncatedTexts} of ${distinctTexts} texts are longer than ${limit} tokens and were cut.`,
  });
}

/** @throws {PolyheadError} FILE_NOT_WRITABLE, DISK_FULL */
export async function copyFolder(source: string, target: string): Promise<void> {
  try {
    await cp(source, target, { recursive: true });
  } catch (error) {
    throw toFileError(error, target, 'write');
  }
}
