import { resolveModel } from '@polyhead/hub';
import { PolyheadError, type JsonObject } from '@polyhead/types';
import { readNumber, readNumbers } from '../json.ts';
import { runOwnProcess } from '../own-process.ts';
import { createReport } from '../report.ts';
import type { BatchShape } from '../training-step/batch-shape.ts';

export interface TrainingMemoryBenchmarkOptions {
  readonly model: string;
  readonly threads: number;
  readonly batch: BatchShape;
  /** How many times its budget the batch needs. */
  readonly factor: number;
}

/** What one process measured. */
interface Measurement {
  /** MB that a process has before it loads anything. */
  readonly bare: number;
  readonly loaded: number;
  readonly peak: number;
  /** Seconds of a step. */
  readonly forward: number;
  readonly backward: number;
  /** Of the gradient of each step. */
  readonly norms: readonly number[];
}

/** More than any batch here needs, in MB. */
const noLimit = 1e6;

/** A batch that needs a multiple of the memory budget: does it train within it, and are the gradients the same. */
export async function runTrainingMemoryBenchmark(options: TrainingMemoryBenchmarkOptions): Promise<void> {
  const { factor, batch } = options;
  const report = createReport('training-memory', options);
  report.progress('Without a limit');
  const free = await measure(options, noLimit);
  const needed = free.peak - free.bare;
  const budget = Math.floor(needed / factor);
  report.progress(`It took ${Math.round(needed)} MB; now within ${budget} MB`);
  const limited = await measure(options, budget);

  const taken = limited.peak - limited.bare;
  report.line(
    `${options.model}, a batch of ${batch.rows} texts of ${batch.length} tokens; memory is counted beyond what the process has before it loads anything.`,
  );
  report.table(
    [
      'memory budget, MB',
      'loaded, MB',
      'peak, MB',
      'forward, s',
      'backward, s',
      'backward / forward',
      'gradient norms',
    ],
    [toRow('none', free), toRow(String(budget), limited)],
  );
  const verdict = taken <= budget ? 'within the budget' : `${Math.round(taken - budget)} MB ABOVE the budget`;
  report.line(
    `The batch needs ${(needed / budget).toFixed(1)} times the budget. With the budget the peak was ${verdict}, and the norms of the gradients are at most ${differenceOf(free, limited).toExponential(1)} (relative) apart. Where activations are computed again, the backward pass takes longer by a forward pass.`,
  );
  await report.finish({ free, limited, needed, budget, taken });
}

function toRow(budget: string, { bare, loaded, peak, forward, backward, norms }: Measurement): (string | number)[] {
  const shown = norms.map((norm) => norm.toFixed(5)).join(', ');
  return [budget, Math.round(loaded - bare), Math.round(peak - bare), forward, backward, backward / forward, shown];
}

function differenceOf(free: Measurement, limited: Measurement): number {
  return Math.max(...free.norms.map((norm, step) => Math.abs((limited.norms[step] ?? NaN) - norm) / norm));
}

async function measure(
  { model, threads, batch }: TrainingMemoryBenchmarkOptions,
  budget: number,
): Promise<Measurement> {
  const { directory } = await resolveModel(model);
  const sizes = ['--rows', batch.rows, '--length', batch.length, '--budget', budget].map(String);
  return toMeasurement(await runOwnProcess(['measure-training-memory', directory, ...sizes], threads));
}

function toMeasurement(answer: JsonObject): Measurement {
  if (typeof answer['refused'] === 'string') {
    throw new PolyheadError('MEMORY_TOO_SMALL', {
      message: answer['refused'],
      remedy:
        'Take a larger batch: what the parameters take is then a smaller part of a budget that is a share of the whole.',
    });
  }
  const number = (name: string): number => readNumber(answer, name);
  return {
    bare: number('bare'),
    loaded: number('loaded'),
    peak: number('peak'),
    forward: number('forward'),
    backward: number('backward'),
    norms: readNumbers(answer, 'norms'),
  };
}
