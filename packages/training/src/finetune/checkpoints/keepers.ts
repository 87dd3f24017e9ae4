import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PolyheadError, type ErrorCode, type JsonObject } from '@polyhead/types';
import type { TrainingKeeper } from '../loop/run-training.ts';
import type { TrainingState } from '../loop/training-state.ts';
import type { TrainingParts } from '../loop/training-step.ts';
import type { TrainingBatch } from '../objective/objective.ts';
import { openCheckpointFolder, createCheckpointFolder, type TrainingIdentity } from './checkpoint-folder.ts';
import { readSnapshot, writeSnapshot } from './snapshot.ts';

/** Where and how often checkpoints are written. */
export interface CheckpointOptions {
  readonly directory: string;
  /** Steps between two checkpoints. @default 200 */
  readonly everySteps?: number | undefined;
  /** Whether there is a checkpoint after every epoch too. @default true */
  readonly atEpochs?: boolean | undefined;
  /** Newest checkpoints that are kept. @default 2 */
  readonly keep?: number | undefined;
  /** Goes on from the newest checkpoint. @default false */
  readonly resume?: boolean | undefined;
  /** Folder whose trainings a new one removes with its first checkpoint. @default `directory` */
  readonly replaces?: string | undefined;
}

/** A keeper together with the state that training begins with. */
export interface OpenKeeper {
  readonly keeper: TrainingKeeper;
  readonly state: TrainingState;
  /** Removes what is only kept while training runs. */
  close(): Promise<void>;
}

/** Errors of a snapshot that was damaged, so that an older one may help. */
const damage: readonly ErrorCode[] = ['FILE_NOT_FOUND', 'FILE_UNREADABLE', 'SAFETENSORS_MALFORMED', 'DATA_MALFORMED'];

/**
 * Opens the checkpoints of a training. A new training replaces what an earlier one left there with its first checkpoint.
 * @param extra kept with every checkpoint and handed back on resuming
 * @throws {PolyheadError} CHECKPOINT_NOT_FOUND, CHECKPOINT_MISMATCH, FILE_NOT_WRITABLE, DISK_FULL
 */
export async function openCheckpoints<Batch extends TrainingBatch>(
  parts: TrainingParts<Batch>,
  initial: TrainingState,
  options: CheckpointOptions & { readonly identity: TrainingIdentity },
): Promise<OpenKeeper> {
  const { directory, identity, everySteps = 200, atEpochs = true, keep = 2, resume = false, replaces } = options;
  const opened = resume ? await openCheckpointFolder(directory, { identity, keep }) : undefined;
  const folder = opened?.folder ?? createCheckpointFolder(directory, { identity, keep, replaces });
  const state = opened === undefined ? initial : await readNewest(opened.snapshots, parts);
  const write =
    (current: TrainingState) =>
    (target: string): Promise<void> =>
      writeSnapshot(target, parts, toJson(current));
  return {
    state,
    keeper: {
      everySteps,
      atEpochs,
      saveCheckpoint: (current) => folder.saveStep(current.step, write(current)),
      saveBest: (current) => folder.saveBest(write(current)),
      restoreBest: async () => {
        await readSnapshot(folder.best, parts);
      },
    },
    // The job that uses the result removes the folder, once the result is safe.
    close: () => Promise.resolve(),
  };
}

/** The state as it is at this moment; it goes on changing. */
function toJson(state: TrainingState): JsonObject {
  return JSON.parse(JSON.stringify(state)) as JsonObject;
}

async function readNewest<Batch extends TrainingBatch>(
  snapshots: readonly string[],
  parts: TrainingParts<Batch>,
): Promise<TrainingState> {
  let failure: PolyheadError | undefined;
  for (const snapshot of snapshots) {
    try {
      // The identity was compared, so the state is what this program wrote.
      return (await readSnapshot(snapshot, parts)) as unknown as TrainingState;
    } catch (error) {
      if (!PolyheadError.isInstance(error) || !damage.includes(error.code)) throw error;
      failure ??= error;
    }
  }
  throw failure ?? new PolyheadError('INTERNAL', { message: 'There is no snapshot to read.' });
}

/** Keeps only the best parameters, in a temporary folder: for trainings that are not to be resumed. */
export function createTemporaryKeeper<Batch extends TrainingBatch>(
  parts: TrainingParts<Batch>,
  initial: TrainingState,
): OpenKeeper {
  let directory: string | undefined;
  const place = async (): Promise<string> => (directory ??= await mkdtemp(join(tmpdir(), 'polyhead-best-')));
  return {
    state: initial,
    keeper: {
      everySteps: Infinity,
      atEpochs: false,
      saveCheckpoint: () => Promise.resolve(),
      saveBest: async (state) => writeSnapshot(await place(), parts, toJson(state)),
      restoreBest: async () => {
        await readSnapshot(await place(), parts);
      },
    },
    async close() {
      if (directory !== undefined) await rm(directory, { recursive: true, force: true });
    },
  };
}
