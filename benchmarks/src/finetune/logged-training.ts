import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { hasErrorCode, type TrainableEncoder } from '@polyhead/types';
import type { Report } from '../report.ts';
import { finetune, type FinetuneOptions, type FinetuneResult } from '@polyhead/training';
import { openStepLog, type LoggedStep } from './step-log.ts';
import { watchEncoder } from './watched-encoder.ts';

/** A training that is logged step by step. */
export interface LoggedTrainingOptions extends Pick<FinetuneOptions, 'train' | 'settings' | 'weighting' | 'seed'> {
  readonly encoder: TrainableEncoder;
  /** Holds the log and, while training goes on, checkpoints. */
  readonly directory: string;
  /** For progress. */
  readonly name: string;
  readonly report: Report;
  /** Between two checkpoints. @default no checkpoints */
  readonly checkpointSteps?: number;
  /** Waits for it before a step; its time is not counted. */
  readonly beforeStep?: (texts: readonly number[]) => Promise<void>;
}

export interface LoggedTraining {
  readonly result: FinetuneResult;
  /** Every step, also those of an earlier run that was stopped. */
  readonly steps: readonly LoggedStep[];
}

const progressSteps = 50;

/** Trains; goes on where an earlier run was stopped (Ctrl-C or kill), from its last checkpoint. */
export async function runLoggedTraining(options: LoggedTrainingOptions): Promise<LoggedTraining> {
  const { directory, checkpointSteps, name, report } = options;
  await mkdir(directory, { recursive: true });
  const log = openStepLog(join(directory, 'steps.jsonl'));
  const checkpoints = join(directory, 'checkpoints');
  const watched = watchEncoder(options.encoder, options.beforeStep);
  const stop = new AbortController();
  const abort = (): void => stop.abort();
  process.once('SIGINT', abort);
  const train = (resume: boolean): Promise<FinetuneResult> => {
    const { train: examples, settings, weighting, seed } = options;
    return finetune({
      ...{ encoder: watched.encoder, train: examples, settings, weighting, seed, signal: stop.signal },
      checkpoints:
        checkpointSteps === undefined
          ? undefined
          : { directory: checkpoints, everySteps: checkpointSteps, keep: 1, resume },
      onStep: (step, { loss, tokens }, { epoch, totalSteps }) => {
        const seconds = (performance.now() - watched.stepStart()) / 1000;
        log.add({ step, epoch, seconds, tokens, loss, texts: watched.batch() });
        if (step % progressSteps !== 0 && step !== totalSteps) return;
        report.progress(`${name}: step ${step} of ${totalSteps}, loss ${loss.toFixed(3)}, ${seconds.toFixed(2)} s`);
      },
    });
  };
  try {
    const steps = checkpointSteps === undefined ? [] : await log.read();
    if (steps.length === 0) await log.clear();
    else report.progress(`${name}: goes on after ${steps.length} steps`);
    const result = await (steps.length === 0 ? train(false) : resumeOrBegin(train, () => log.clear()));
    await rm(checkpoints, { recursive: true, force: true });
    return { result, steps: await log.read() };
  } finally {
    process.off('SIGINT', abort);
  }
}

/** A run that was stopped before its first checkpoint begins anew. */
async function resumeOrBegin(
  train: (resume: boolean) => Promise<FinetuneResult>,
  clear: () => Promise<void>,
): Promise<FinetuneResult> {
  try {
    return await train(true);
  } catch (error) {
    if (!hasErrorCode(error, 'CHECKPOINT_NOT_FOUND')) throw error;
    await clear();
    return train(false);
  }
}
