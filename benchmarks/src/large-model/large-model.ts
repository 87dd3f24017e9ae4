import { existsSync } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { PolyheadError } from '@polyhead/types';
import { formatNumber } from '../markdown-table.ts';
import { runOwnProcess } from '../own-process.ts';
import { createReport } from '../report.ts';
import type { CheckpointDataType } from '../random-weights.ts';
import { openWorkFolder } from '../work-folder.ts';
import { bgeM3, countParameters } from './checkpoint-shape.ts';
import { writeCheckpoint } from './write-checkpoint.ts';

export interface LargeModelBenchmarkOptions {
  readonly threads: number;
  readonly dtype: CheckpointDataType;
  readonly layers: number;
  readonly words: number;
}

/** What the measuring process prints. */
interface Measurement {
  readonly loadSeconds: number;
  readonly peakAfterLoad: number;
  readonly peakMegabytes: number;
  readonly dimension: number;
  readonly runs: readonly {
    readonly name: string;
    readonly texts: number;
    readonly tokens: number;
    readonly seconds: number;
    readonly finite: boolean;
  }[];
}

/** A checkpoint of bge-m3's shape: is it loaded and run, how fast, and in how much memory. */
export async function runLargeModelBenchmark(options: LargeModelBenchmarkOptions): Promise<void> {
  const report = createReport('large-model', options);
  const shape = { ...bgeM3, layers: options.layers, words: options.words };
  const folder = await openWorkFolder('large-model');
  const directory = join(folder, `${options.layers}-layers-${options.words}-words-${options.dtype}`);
  if (!existsSync(directory)) {
    report.progress(`Writing ${directory}`);
    const start = performance.now();
    await writeCheckpoint(directory, shape, options.dtype);
    report.progress(`Written in ${((performance.now() - start) / 1000).toFixed(0)} s`);
  }
  const { size } = await stat(join(directory, 'model.safetensors'));
  const cache = join(folder, 'cache');
  await rm(cache, { recursive: true, force: true });
  report.progress('First load');
  const first = await measureInOwnProcess({ directory, cache, threads: options.threads });
  report.progress('Second load');
  const second = await measureInOwnProcess({ directory, cache, threads: options.threads });

  const { layers, hidden, words } = shape;
  const parameters = formatNumber(countParameters(shape));
  const bytes = (size / 1e9).toFixed(2);
  report.line(
    `${layers} layers, ${hidden} wide, ${formatNumber(words)} words: ${parameters} parameters, ${bytes} GB of ${options.dtype}.`,
  );
  const rows = first.runs.map((run, index): (string | number)[] => [
    `encode: ${run.name} (${run.tokens} tokens), seconds`,
    run.seconds,
    second.runs[index]?.seconds ?? NaN,
  ]);
  report.table(
    ['', 'first load (graph is made)', 'later loads (graph is cached)'],
    [
      ['load, seconds', first.loadSeconds, second.loadSeconds],
      ...rows,
      ['peak resident MB after load', first.peakAfterLoad, second.peakAfterLoad],
      ['peak resident MB in all', first.peakMegabytes, second.peakMegabytes],
    ],
  );
  const finite = [...first.runs, ...second.runs].every((run) => run.finite);
  report.line(`Embeddings of ${first.dimension} elements, ${finite ? 'all finite' : 'NOT all finite'}.`);
  await report.finish({ shape, bytes: size, first, second });
}

interface MeasuredModel {
  readonly directory: string;
  readonly cache: string;
  readonly threads: number;
}

async function measureInOwnProcess({ directory, cache, threads }: MeasuredModel): Promise<Measurement> {
  const answer = await runOwnProcess(['measure-large-model', directory, '--cache', cache], threads);
  if (isMeasurement(answer)) return answer;
  throw new PolyheadError('INTERNAL', { message: `The measuring process printed ${JSON.stringify(answer)}.` });
}

function isMeasurement(value: object): value is Measurement {
  return 'loadSeconds' in value && 'runs' in value;
}
