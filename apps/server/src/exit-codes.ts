import { PolyheadError, type ErrorCode } from '@polyhead/types';

/** What the process ends with: 0 done, 1 failed, 2 wrong usage. */
export const exitCodes = { done: 0, failed: 1, usage: 2 } as const;

const usageErrors: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['INVALID_ARGUMENT', 'INVALID_CONFIGURATION']);

/** The exit code that fits an error. */
export function toExitCode(error: unknown): number {
  return PolyheadError.isInstance(error) && usageErrors.has(error.code) ? exitCodes.usage : exitCodes.failed;
}

/** An error as the terminal shows it. */
export function formatError(error: unknown): string {
  if (PolyheadError.isInstance(error)) return `error ${error.code}: ${error.message}\n`;
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `error INTERNAL: ${text}\nThis is a defect of polyhead-server; please report it with the command that you ran.\n`;
}
