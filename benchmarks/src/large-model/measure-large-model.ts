import { loadEncoder } from '@polyhead/backbone';
import { peakMegabytes } from '../process-memory.ts';

export interface MeasureOptions {
  readonly cache: string;
  readonly threads: number;
}

/** Loads the model and encodes a few texts; prints one line of JSON. Runs in a process of its own, for its peak memory. */
export async function measureLargeModel(directory: string, { cache, threads }: MeasureOptions): Promise<void> {
  const started = performance.now();
  const secondsSince = (start: number): number => (performance.now() - start) / 1000;
  const encoder = await loadEncoder(directory, { threads, cacheDirectory: cache });
  const loadSeconds = secondsSince(started);
  const peakAfterLoad = peakMegabytes();
  const short = Array.from({ length: 16 }, (_, index) => `a short text, number ${index}`);
  const long = ['a long text, '.repeat(60)];
  const runs = [];
  for (const [name, texts] of [
    ['first call, 1 short text', short.slice(0, 1)],
    ['16 short texts', short],
    ['1 long text', long],
  ] as const) {
    // prettier-ignore
    const start = performance.now();
    const { data, tokenCounts } = await encoder.encode(texts);
    const tokens = tokenCounts.reduce((sum, count) => sum + count, 0);
    runs.push({ name, texts: texts.length, tokens, seconds: secondsSince(start), finite: data.every(Number.isFinite) });
  }
  const dimension = encoder.description.dimension;
  await encoder.release();
  const result = { loadSeconds, peakAfterLoad, runs, dimension, peakMegabytes: peakMegabytes() };
  process.stdout.write(`${JSON.stringify(result)}\n`);
}
