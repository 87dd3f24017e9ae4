import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathExists, readJson, replaceDirectory, toFileError, writeFileAtomic } from '@polyhead/files';
import { PolyheadError, type JsonObject } from '@polyhead/types';
import { describeDifference, findDifferences } from './differences.ts';

/** What decides the numbers of a training; a checkpoint is only good for the same. */
export type TrainingIdentity = JsonObject;

const identityFile = 'config.json';
const bestFolder = 'best';
const stepFolder = /^step-(\d+)$/;

/** The snapshots of one training, in one folder: the newest few, and the best. */
export interface CheckpointFolder {
  readonly directory: string;
  /** Writes a snapshot; older ones than the newest few go. */
  saveStep(step: number, write: (directory: string) => Promise<void>): Promise<void>;
  saveBest(write: (directory: string) => Promise<void>): Promise<void>;
  /** Where the best snapshot lies. */
  readonly best: string;
  /** Removes everything. */
  remove(): Promise<void>;
}

/**
 * Starts a folder for a new training. What is there is removed.
 * @throws {PolyheadError} FILE_NOT_WRITABLE, DISK_FULL
 */
export async function createCheckpointFolder(
  directory: string,
  { identity, keep }: { readonly identity: TrainingIdentity; readonly keep: number },
): Promise<CheckpointFolder> {
  const folder = toFolder(directory, keep);
  await folder.remove();
  await writeFileAtomic(join(directory, identityFile), `${JSON.stringify(identity, null, 2)}\n`);
  return folder;
}

/**
 * Opens the folder of a training that was broken off.
 * @returns the folder and its snapshots, newest first
 * @throws {PolyheadError} CHECKPOINT_NOT_FOUND, CHECKPOINT_MISMATCH naming every difference
 */
export async function openCheckpointFolder(
  directory: string,
  { identity, keep }: { readonly identity: TrainingIdentity; readonly keep: number },
): Promise<{ folder: CheckpointFolder; snapshots: readonly string[] }> {
  const steps = await listSteps(directory);
  if (steps.length === 0 || !(await pathExists(join(directory, identityFile)))) {
    throw new PolyheadError('CHECKPOINT_NOT_FOUND', {
      message: `There is no checkpoint in "${directory}".`,
      remedy: 'Train without resuming.',
      details: { file: directory },
    });
  }
  const differences = findDifferences(await readJson(join(directory, identityFile)), identity);
  if (differences.length > 0) {
    throw new PolyheadError('CHECKPOINT_MISMATCH', {
      message: `The checkpoint in "${directory}" belongs to another training: ${differences.map(describeDifference).join('; ')}.`,
      remedy: 'Resume with the same configuration and data, or train anew without resuming.',
      details: { file: directory, differences: differences.map(({ field }) => field) },
    });
  }
  return { folder: toFolder(directory, keep), snapshots: steps.map((name) => join(directory, name)) };
}

/** True if there is something to resume. */
export async function hasCheckpoint(directory: string): Promise<boolean> {
  return (await listSteps(directory)).length > 0;
}

function toFolder(directory: string, keep: number): CheckpointFolder {
  return {
    directory,
    best: join(directory, bestFolder),
    async saveStep(step, write) {
      await mkdirAll(directory);
      await replaceDirectory(join(directory, `step-${String(step).padStart(8, '0')}`), write);
      for (const old of (await listSteps(directory)).slice(keep)) await removeAll(join(directory, old));
    },
    saveBest: (write) => replaceDirectory(join(directory, bestFolder), write),
    remove: () => removeAll(directory),
  };
}

/** Newest first. */
async function listSteps(directory: string): Promise<string[]> {
  if (!(await pathExists(directory))) return [];
  try {
    return (await readdir(directory))
      .filter((name) => stepFolder.test(name))
      .sort()
      .reverse();
  } catch (error) {
    throw toFileError(error, directory, 'read');
  }
}

async function mkdirAll(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true });
  } catch (error) {
    throw toFileError(error, directory, 'write');
  }
}

async function removeAll(directory: string): Promise<void> {
  try {
    await rm(directory, { recursive: true, force: true });
  } catch (error) {
    throw toFileError(error, directory, 'write');
  }
}
