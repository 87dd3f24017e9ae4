import { PolyheadError, errorCodes, type ErrorCode, type JsonObject, type Prediction } from '@polyhead/types';
import type { ZeroShotStart, ZeroShotWork } from './zero-shot-work.ts';
import type { ModelDescription } from './model-description.ts';

/** What a worker is started with. */
export interface WorkerStart {
  /** The model folder. */
  readonly directory: string;
  readonly threads: number;
  /** @default no zero-shot classification */
  readonly zeroShot?: ZeroShotStart | undefined;
}

/** What the pool sends. A worker is given one piece of work at a time. */
export type WorkerRequest =
  | {
      readonly kind: 'classify';
      readonly texts: readonly string[];
      readonly heads: readonly string[] | undefined;
      readonly topK: number | undefined;
      readonly zeroShot: ZeroShotWork | undefined;
    }
  | { readonly kind: 'stop' };

/** What a worker answers. */
export type WorkerReply =
  | { readonly kind: 'ready'; readonly model: ModelDescription }
  | { readonly kind: 'refused'; readonly error: ErrorMessage }
  | { readonly kind: 'predictions'; readonly predictions: readonly Prediction[] }
  | { readonly kind: 'failure'; readonly error: ErrorMessage }
  | { readonly kind: 'warning'; readonly message: string };

/** An error in a form that crosses threads. */
export interface ErrorMessage {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details: JsonObject;
  readonly stack: string | undefined;
}

/** Puts an error into a form that crosses threads. */
export function toErrorMessage(error: unknown): ErrorMessage {
  const stack = error instanceof Error ? error.stack : undefined;
  if (PolyheadError.isInstance(error)) {
    return { code: error.code, message: error.message, details: error.details, stack };
  }
  return { code: 'INTERNAL', message: error instanceof Error ? error.message : String(error), details: {}, stack };
}

/** The error that {@link toErrorMessage} was given, with the same code, message, details and stack. */
export function fromErrorMessage({ code, message, details, stack }: ErrorMessage): PolyheadError {
  const error = new PolyheadError(Object.hasOwn(errorCodes, code) ? code : 'INTERNAL', { message, details });
  if (stack !== undefined) error.stack = stack;
  return error;
}
