import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  pathExists,
  readJson,
  recoverDirectory,
  replaceDirectory,
  toFileError,
  writeFileAtomic,
} from '@polyhead/files';
import { PolyheadError, type JsonObject } from '@polyhead/types';
import { describeDifference, findDifferences } from './differences.ts';

/** What decides the numbers of a training; a checkpoint is only good for the same. */
export type TrainingIdentity = JsonObject;

const identityFile = 'config.json';
const bestFolder = 'best';
const stepFolder = /^step-(\d+)$/;
/** What a process that was killed leaves of a snapshot: a new one that is not complete, or one that was being replaced. */
const leftover = /^\.(?<name>best|step-\d+)\.(?<kind>new|old)-/;

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

/** Which training a folder belongs to. */
export interface CheckpointFolderOptions {
  readonly identity: TrainingIdentity;
  /** Newest snapshots that are kept. */
  readonly keep: number;
}

/**
 * A folder for a new training. Snapshots that lie there, or in the folder around it that is given, are removed when the first one
 * is written, so that an earlier training can still go on if this one is stopped at once.
 * @param options `replaces`: the folder whose trainings go then, by default the folder itself
 */
export function createCheckpointFolder(
  directory: string,
  { identity, keep, replaces = directory }: CheckpointFolderOptions & { readonly replaces?: string | undefined },
): CheckpointFolder {
  const folder = toFolder(directory, keep);
  let started = false;
  const start = async (): Promise<void> => {
    if (started) return;
    await removeTrainings(replaces);
    await writeFileAtomic(join(directory, identityFile), `${JSON.stringify(identity, null, 2)}\n`);
    started = true;
  };
  return {
    ...folder,
    async saveStep(step, write) {
      await start();
      await folder.saveStep(step, write);
    },
    async saveBest(write) {
      await start();
      await folder.saveBest(write);
    },
  };
}

/**
 * Opens the folder of a training that was broken off, which no other process may be using: what a killed process left
 * unfinished in it is removed.
 * @returns the folder and its snapshots, newest first
 * @throws {PolyheadError} CHECKPOINT_NOT_FOUND, CHECKPOINT_MISMATCH naming every difference
 */
export async function openCheckpointFolder(
  directory: string,
  { identity, keep }: CheckpointFolderOptions,
): Promise<{ folder: CheckpointFolder; snapshots: readonly string[] }> {
  await recoverReplaced(directory);
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
  await removeUnfinished(directory);
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
  const names = await listNames(directory);
  return names
    .filter((name) => stepFolder.test(name))
    .sort()
    .reverse();
}

/** Puts snapshots back that were moved away for new ones which never came. */
async function recoverReplaced(directory: string): Promise<void> {
  for (const name of await listNames(directory)) {
    const { name: replaced, kind } = leftover.exec(name)?.groups ?? {};
    if (replaced !== undefined && kind === 'old') await recoverDirectory(join(directory, replaced));
  }
}

async function removeUnfinished(directory: string): Promise<void> {
  for (const name of await listNames(directory)) {
    if (leftover.exec(name)?.groups?.['kind'] === 'new') await removeAll(join(directory, name));
  }
}

/** All folders, and what tells whose they are. Files such as the live report may be written at this moment. */
async function removeTrainings(directory: string): Promise<void> {
  for (const name of await listNames(directory)) {
    const path = join(directory, name);
    if (name === identityFile || (await stat(path).catch(() => undefined))?.isDirectory() === true)
      await removeAll(path);
  }
}

async function listNames(directory: string): Promise<string[]> {
  if (!(await pathExists(directory))) return [];
  try {
    return await readdir(directory);
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
