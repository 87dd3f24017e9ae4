import type { HistoryEntry, ProgressListener, RowProblem } from '@polyhead/types';
import type { SplitName } from './data/head-data.ts';
import type { EpochRecord } from './finetune/loop/training-state.ts';
import type { StepResult } from './finetune/loop/training-step.ts';
import type { Evaluation } from './heads/evaluate-scores.ts';

/** What a program that watches a training job can listen to. Listeners must be quick and must not throw. */
export interface TrainingListeners {
  readonly onProgress?: ProgressListener | undefined;
  /** Something the user should know that does not stop the job: broken rows, duplicates, leaks, texts cut. */
  readonly onWarning?: ((warning: TrainingWarning) => void) | undefined;
  /** A head's fitting has come one epoch or iteration further. */
  readonly onHistory?: ((head: string, entry: HistoryEntry) => void) | undefined;
  /** Method finetune: a step is done; `step` counts from 1. */
  readonly onStep?: ((step: number, result: StepResult) => void) | undefined;
  /** Method finetune: an epoch is done and measured. */
  readonly onEpoch?: ((record: EpochRecord) => void) | undefined;
  /** A head is trained and measured. */
  readonly onHeadTrained?: ((head: string, evaluations: Partial<Record<SplitName, Evaluation>>) => void) | undefined;
}

/** A finding about the data or the encoder. */
export interface TrainingWarning {
  readonly head: string | undefined;
  /** One or two sentences. */
  readonly message: string;
  /** The rows concerned, where it is about rows. */
  readonly problems?: readonly RowProblem[];
}
