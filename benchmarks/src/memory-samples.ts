import { formatNumber } from './markdown-table.ts';
import type { Report } from './report.ts';
import { slopeOf } from './statistics.ts';

/** Memory after so many texts. */
export interface MemorySample {
  readonly texts: number;
  readonly seconds: number;
  readonly residentMegabytes: number;
  readonly heapMegabytes: number;
}

export function takeSample(texts: number, seconds: number): MemorySample {
  const { rss, heapUsed } = process.memoryUsage();
  return { texts, seconds, residentMegabytes: rss / 1e6, heapMegabytes: heapUsed / 1e6 };
}

/** A table of at most twenty samples, the peak, and how fast memory grows over the second half. */
export async function reportSamples(report: Report, samples: readonly MemorySample[]): Promise<void> {
  const shown = samples.filter(
    (_, index) => index % Math.ceil(samples.length / 20) === 0 || index === samples.length - 1,
  );
  report.table(
    ['texts', 'seconds', 'resident MB', 'JavaScript heap MB'],
    shown.map(({ texts, seconds, residentMegabytes, heapMegabytes }) => [
      formatNumber(texts),
      seconds.toFixed(0),
      Math.round(residentMegabytes),
      Math.round(heapMegabytes),
    ]),
  );
  const later = samples.slice(Math.floor(samples.length / 2));
  const growth = slopeOf(later.map(({ texts, residentMegabytes }) => [texts / 100_000, residentMegabytes] as const));
  const peak = Math.max(...samples.map((sample) => sample.residentMegabytes));
  report.line(
    `Peak ${peak.toFixed(0)} MB; over the second half it grows by ${growth.toFixed(1)} MB per 100,000 texts (least squares).`,
  );
  await report.finish({ samples, peakMegabytes: peak, growthPerHundredThousand: growth });
}
