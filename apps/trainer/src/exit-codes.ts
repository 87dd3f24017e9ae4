import { PolyheadError, hasErrorCode, type ErrorCode } from '@polyhead/types';

/** What the process ends with: 0 done, 1 a failed job, 2 wrong usage, 130 stopped by Ctrl-C. */
export const exitCodes = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

const usageErrors: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['INVALID_ARGUMENT', 'INVALID_CONFIGURATION']);

/** The exit code that fits an error. */
export function toExitCode(error: unknown): number {
  if (hasErrorCode(error, 'ABORTED')) return exitCodes.interrupted;
  if (PolyheadError.isInstance(error) && usageErrors.has(error.code)) return exitCodes.usage;
  return exitCodes.failed;
}
