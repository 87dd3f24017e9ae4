import { describe, expect, it } from 'vitest';
import { parsePeak, peakMegabytes } from './process-memory.ts';

describe('process memory', () => {
  it('finds the peak among the lines of a process', () => {
    expect(parsePeak('VmPeak:\t 900 kB\nVmHWM:\t   12345 kB\nVmRSS:\t 10 kB\n')).toBe(12345);
    expect(parsePeak('VmRSS:\t 10 kB\n')).toBeUndefined();
  });

  it('is at least what the process has now', () => {
    expect(peakMegabytes()).toBeGreaterThan(10);
  });
});
