import { join } from 'node:path';
import { writeFileAtomic } from '@polyhead/files';
import { renderTrainingReport } from '@polyhead/model';
import type { TrainOptions } from '../../train-options.ts';
import type { TrainingRunListeners } from '../loop/run-training.ts';
import type { TrainingState } from '../loop/training-state.ts';
import { toTrainingEpochs } from './training-record.ts';

/** A page that shows a training while it goes on. */
export interface LiveReport {
  /** Listeners that write the page anew after a step, but not more often than every few seconds, and tell others too. */
  watch(others: TrainOptions): TrainingRunListeners;
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

  function update(state: Readonly<TrainingState>): void {
    last = state;
    if (writing !== undefined || performance.now() - writtenAt < reloadSeconds * 1000) return;
    const status = `Step ${state.step} of ${state.totalSteps}, epoch ${state.epoch}. This page reloads itself.`;
    writing = write(state, status, true).finally(() => {
      writing = undefined;
      writtenAt = performance.now();
    });
  }

  return {
    watch: ({ onProgress, onEpoch, onStep }) => ({
      onProgress,
      onEpoch,
      onStep(step, result, state) {
        update(state);
        onStep?.(step, result);
      },
    }),
    async close(status) {
      await writing;
      if (last !== undefined) await write(last, status, false);
    },
  };
}
