import { existsSync, readFileSync } from 'node:fs';

/**
 * The most physical memory that this process has had, in MB. Linux tells it for the program alone (VmHWM); the figure
 * of `getrusage`, used elsewhere, begins with what the process that started this one had.
 */
export function peakMegabytes(): number {
  const file = '/proc/self/status';
  const kilobytes = existsSync(file) ? parsePeak(readFileSync(file, 'utf8')) : undefined;
  return ((kilobytes ?? process.resourceUsage().maxRSS) * 1024) / 1e6;
}

/** The peak in kB in the text of /proc/PID/status. */
export function parsePeak(status: string): number | undefined {
  const [, digits] = /^VmHWM:\s*(\d+) kB$/m.exec(status) ?? [];
  return digits === undefined ? undefined : Number(digits);
}
