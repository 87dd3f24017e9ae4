import { PolyheadError, errorCodes, type ErrorCode, type JsonObject, type Tensor } from '@polyhead/types';
import type { NativeWorkFlags } from './native-work.ts';
import type { ExecutionProvider, NamedTensors, SessionValue } from './session.ts';

/** The path of a model, or its bytes in a buffer of their own, which moves from thread to thread. */
export type ModelSource = string | Uint8Array<ArrayBuffer>;

/** What a session worker is started with. */
export interface WorkerStart {
  readonly provider: ExecutionProvider | undefined;
  readonly threads: number;
  readonly flags: NativeWorkFlags;
}

/** What the caller sends: first `load`, which is answered by `ready` or `refused`. */
export type WorkerRequest =
  | { readonly kind: 'load'; readonly source: ModelSource }
  | { readonly kind: 'run'; readonly id: number; readonly feeds: NamedTensors; readonly outputs: readonly string[] }
  | { readonly kind: 'release' };

/** What the worker answers. */
export type WorkerReply =
  | {
      readonly kind: 'ready';
      /** What `load` brought; bytes are moved back. */
      readonly source: ModelSource;
      readonly inputs: readonly SessionValue[];
      readonly outputs: readonly SessionValue[];
      readonly provider: ExecutionProvider;
    }
  | { readonly kind: 'warning'; readonly message: string }
  | { readonly kind: 'refused'; readonly error: ErrorMessage }
  | { readonly kind: 'result'; readonly id: number; readonly results: Readonly<Record<string, Tensor>> }
  | { readonly kind: 'failure'; readonly id: number; readonly error: ErrorMessage };

/** A coded error in a form that crosses threads. */
export interface ErrorMessage {
  readonly code: string;
  readonly message: string;
  readonly details: JsonObject;
}

/** Puts an error into a form that crosses threads. */
export function toErrorMessage(error: unknown): ErrorMessage {
  if (PolyheadError.isInstance(error)) return { code: error.code, message: error.message, details: error.details };
  return { code: 'INTERNAL', message: error instanceof Error ? error.message : String(error), details: {} };
}

/** The error that {@link toErrorMessage} was given, with the same code, message and details. */
export function fromErrorMessage({ code, message, details }: ErrorMessage): PolyheadError {
  return new PolyheadError(isErrorCode(code) ? code : 'INTERNAL', { message, details });
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorCodes, code);
}
