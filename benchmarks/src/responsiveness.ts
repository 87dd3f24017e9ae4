import { monitorEventLoopDelay } from 'node:perf_hooks';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { trainModel } from '@polyhead/training';
import { openDataFolder } from './data-folder.ts';
import { createReport } from './report.ts';
import { openWorkFolder } from './work-folder.ts';

export interface ResponsivenessBenchmarkOptions {
  readonly data?: string;
  readonly model: string;
  readonly threads: number;
  readonly steps: number;
}

/** How long the calling thread is kept from other work while an encoder is fine-tuned and its model is written. */
export async function runResponsivenessBenchmark(options: ResponsivenessBenchmarkOptions): Promise<void> {
  const { model: reference, threads, steps } = options;
  const report = createReport('responsiveness', options);
  const train = openDataFolder(options.data).pathOf('banking77', 'train');
  const output = join(await openWorkFolder('responsiveness'), 'model');
  await rm(output, { recursive: true, force: true });
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const start = performance.now();
  delay.enable();
  await trainModel({
    method: 'finetune',
    backbone: { reference, threads },
    heads: { intent: { data: { train, label: 'label' } } },
    training: { steps },
    seed: 1,
    output,
  });
  delay.disable();
  const seconds = (performance.now() - start) / 1000;
  const milliseconds = (value: number): string => (value / 1e6).toFixed(1);
  const at = [50, 90, 99, 99.9].map((percentile) => milliseconds(delay.percentile(percentile)));
  report.line(`banking77, ${steps} steps, ${seconds.toFixed(0)} s with loading, validation and writing.`);
  report.table(
    ['delay of the event loop, ms', '50 %', '90 %', '99 %', '99.9 %', 'longest'],
    [['', ...at, milliseconds(delay.max)]],
  );
  await report.finish({ seconds, percentiles: { at }, longest: delay.max / 1e6 });
}
