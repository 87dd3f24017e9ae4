import { createRandomGenerator } from '@polyhead/numerics';
import type { ZeroShotMethod } from '@polyhead/types';
import { createZeroShotClassifier } from '@polyhead/zero-shot';
import { openDataFolder } from '../data-folder.ts';
import { reportSamples, takeSample, type MemorySample } from '../memory-samples.ts';
import { createReport } from '../report.ts';

export interface ZeroShotMemoryBenchmarkOptions {
  readonly data?: string;
  readonly method: ZeroShotMethod;
  /** The NLI model, for methods that need one. */
  readonly model?: string;
  readonly threads: number;
  readonly texts: number;
  readonly every: number;
}

/** The memory of the process while a stream of texts is held against 77 labels: it must be flat. */
export async function runZeroShotMemoryBenchmark(options: ZeroShotMemoryBenchmarkOptions): Promise<void> {
  const { method, model, threads, every } = options;
  const report = createReport(`zero-shot-memory-${method}`, options);
  const { texts, targets } = await openDataFolder(options.data).load('banking77', 'train');
  const names = targets.task === 'regression' ? [] : targets.labels;
  const labels = names.map((name) => name.replaceAll('_', ' '));
  const classifier = await createZeroShotClassifier({ method, model, threads });
  const start = performance.now();
  const samples: MemorySample[] = [];
  let done = 0;
  for await (const { scores } of classifier.classifyStream(drawTexts(texts, options.texts), { labels })) {
    done += scores.length === labels.length ? 1 : 0;
    if (done % every !== 0) continue;
    const sample = takeSample(done, (performance.now() - start) / 1000);
    samples.push(sample);
    report.progress(`${done} texts, ${sample.seconds.toFixed(0)} s, ${sample.residentMegabytes.toFixed(0)} MB`);
  }
  await classifier.release();
  report.line(`${done} texts, ${labels.length} labels, method ${method}.`);
  await reportSamples(report, samples);
}

/** Each text is another one, as in a file of that size. */
function* drawTexts(texts: readonly string[], count: number): Generator<string> {
  const random = createRandomGenerator(1);
  for (let text = 0; text < count; text += 1) yield `${texts[random.integer(texts.length)] ?? ''} ${text}`;
}
