import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loadEncoder } from '@polyhead/backbone';
import { readTexts } from '@polyhead/data';
import { writePiecesAtomic } from '@polyhead/files';
import { createRandomGenerator } from '@polyhead/numerics';
import { reportSamples, takeSample, type MemorySample } from './memory-samples.ts';
import { createReport } from './report.ts';
import { openWorkFolder } from './work-folder.ts';

export interface MemoryBenchmarkOptions {
  readonly model: string;
  readonly threads: number;
  readonly texts: number;
  readonly every: number;
}

/** The memory of the process while a file of any size is encoded: it must be flat. */
export async function runMemoryBenchmark(options: MemoryBenchmarkOptions): Promise<void> {
  const report = createReport('memory', options);
  const file = await writeTexts(options.texts);
  const encoder = await loadEncoder(options.model, { threads: options.threads });
  const start = performance.now();
  const samples: MemorySample[] = [];
  let done = 0;
  for await (const encoded of encoder.encodeStream(textsOf(file))) {
    done += encoded.embedding.length > 0 ? 1 : 0;
    if (done % options.every !== 0) continue;
    const sample = takeSample(done, (performance.now() - start) / 1000);
    samples.push(sample);
    report.progress(`${done} texts, ${sample.seconds.toFixed(0)} s, ${sample.residentMegabytes.toFixed(0)} MB`);
  }
  await encoder.release();

  await reportSamples(report, samples);
}

async function* textsOf(file: string): AsyncGenerator<string> {
  for await (const { text } of readTexts(file)) yield text;
}

const words = 'a to of in on red blue cat dog sun rain tea home road play music stop light call mom set alarm'.split(
  ' ',
);

/** A file with a short text a line, each another one. */
async function writeTexts(count: number): Promise<string> {
  const file = join(await openWorkFolder('memory'), `${count}-texts.txt`);
  if (!existsSync(file)) await writePiecesAtomic(file, generateTexts(count));
  return file;
}

function* generateTexts(count: number): Generator<string> {
  const random = createRandomGenerator(1);
  for (let text = 0; text < count; text++) {
    const length = 1 + random.integer(4);
    const picked = Array.from({ length }, () => words[random.integer(words.length)] ?? '');
    yield `${picked.join(' ')} ${text}\n`;
  }
}
