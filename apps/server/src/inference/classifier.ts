import type { Prediction } from '@polyhead/types';
import type { ZeroShotWork } from './zero-shot-work.ts';
import type { ModelDescription } from './model-description.ts';

/** `loading`: no worker has the model (yet, or again). `closing`: finishes what it has and takes nothing more. */
export type ClassifierState = 'loading' | 'ready' | 'closing';

/** How texts are classified. */
export interface ClassifyOptions {
  /** @default all heads */
  readonly heads?: readonly string[] | undefined;
  /** Longest list of scores of a head. @default all labels */
  readonly topK?: number | undefined;
  /** Labels of the request, in place of the heads. @default none */
  readonly zeroShot?: ZeroShotWork | undefined;
  /** Gives up: what has not begun is not done. */
  readonly signal?: AbortSignal | undefined;
}

/** The answers to one request. */
export interface Classification {
  /** In the order of the texts. */
  readonly predictions: readonly Prediction[];
  /** Until the first texts went to a worker. */
  readonly queueMilliseconds: number;
  /** From then until the last answer. */
  readonly inferenceMilliseconds: number;
}

/** What the routes need: something that classifies without blocking the event loop. */
export interface Classifier {
  readonly state: ClassifierState;
  /** Undefined until the model has been loaded once. */
  readonly model: ModelDescription | undefined;
  /**
   * @throws {PolyheadError} SERVER_OVERLOADED (details: retry_after_seconds), SERVER_NOT_READY, WORKER_FAILED, ABORTED,
   * and whatever the model throws
   */
  classify(texts: readonly string[], options?: ClassifyOptions): Promise<Classification>;
  /** Takes nothing more, finishes what was taken, then frees the model. */
  close(): Promise<void>;
}
