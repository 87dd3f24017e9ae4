import type { ErrorCode } from './error-codes.ts';
import type { JsonObject } from './json.ts';

const marker: unique symbol = Symbol.for('polyhead.error') as never;

/** What a {@link PolyheadError} is made of. */
export interface PolyheadErrorOptions {
  /** What was wrong and where, in one sentence with the values in it. */
  readonly message: string;
  /** What the reader can do about it, as one sentence. Appended to the message. */
  readonly remedy?: string;
  /** The facts behind the message (file, row, field ...), for programs. */
  readonly details?: JsonObject;
  /** The error that led to this one. */
  readonly cause?: unknown;
}

/**
 * The one error class of the project. Callers branch on {@link PolyheadError.code}; the message says what was wrong,
 * where, and what to do.
 */
export class PolyheadError extends Error {
  override readonly name = 'PolyheadError';
  readonly code: ErrorCode;
  readonly remedy: string | undefined;
  readonly details: JsonObject;

  constructor(code: ErrorCode, options: PolyheadErrorOptions) {
    const text = options.remedy === undefined ? options.message : `${options.message} ${options.remedy}`;
    super(text, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.remedy = options.remedy;
    this.details = options.details ?? {};
    Object.defineProperty(this, marker, { value: true });
  }

  /** True for every Polyhead error, also one from another copy of this package in the same process. */
  static isInstance(value: unknown): value is PolyheadError {
    return typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[marker] === true;
  }
}

/** True if `value` is a Polyhead error with this code. */
export function hasErrorCode(value: unknown, code: ErrorCode): value is PolyheadError {
  return PolyheadError.isInstance(value) && value.code === code;
}

/**
 * Throws if the signal is aborted.
 * @throws {PolyheadError} ABORTED
 */
export function assertNotAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) {
    throw new PolyheadError('ABORTED', { message: 'The work was stopped before it was done.', cause: signal.reason });
  }
}
