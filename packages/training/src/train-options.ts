import type { HeadTypeRegistry } from '@polyhead/heads';
import type { Logger } from '@polyhead/types';
import type { TrainedHead } from './heads/measure-head.ts';
import type { RunReport } from './run-report.ts';
import type { TrainingListeners } from './training-events.ts';

/** What a training job may be given beside its configuration. */
export interface TrainOptions extends TrainingListeners {
  /** Head types that configurations may name. @default the built-in ones */
  readonly registry?: HeadTypeRegistry;
  /** Method finetune: goes on from the checkpoint beside the output folder. @default false */
  readonly resume?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly logger?: Logger | undefined;
}

/** The outcome of a training job. */
export interface TrainResult {
  readonly heads: readonly TrainedHead[];
  /** The folder that was written. */
  readonly directory: string;
  readonly report: RunReport;
}
