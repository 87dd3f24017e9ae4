import { join } from 'node:path';
import { writeFileAtomic } from '@polyhead/files';
import { renderTrainingReport } from '@polyhead/model';
import type { TrainingState } from '../loop/training-state.ts';
import { toTrainingEpochs } from './training-record.ts';

/** A page that shows a training while it goes on. */
export interface LiveReport {
  /** Something has changed; the page is written anew, but not more often than every few seconds. */
  update(state: Readonly<TrainingState>): void;
  /** Writes the page a last time, if it was ever written, and waits for it. */
  close(status: string): Promise<void>;
}

const reloadSeconds = 5;

/**
 * Writes `report.html` into a folder. A page that cannot be written is no reason to stop training: it is tried again later.
 */
export function createLiveReport(directory: string, title: string): LiveReport {
  let last: Readonly<TrainingState> | undefined;
  let writtenAt = -Infinity;
  let writing: Promise<void> | undefined;

  async function write(state: Readonly<TrainingState>, status: string, reload: boolean): Promise<void> {
    const page = await renderTrainingReport({
      title,
      status,
      steps: state.curve.points,
      epochs: toTrainingEpochs(state.epochs),
      ...(reload ? { reloadSeconds } : {}),
    });
    await writeFileAtomic(join(directory, 'report.html'), page).catch(() => undefined);
  }

  return {
    update(state) {
      last = state;
      if (writing !== undefined || performance.now() - writtenAt < reloadSeconds * 1000) return;
      const status = `Step ${state.step} of ${state.totalSteps}, epoch ${state.epoch}. This page reloads itself.`;
      writing = write(state, status, true).finally(() => {
        writing = undefined;
        writtenAt = performance.now();
      });
    },
    async close(status) {
      await writing;
      if (last !== undefined) await write(last, status, false);
    },
  };
}
