import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { createSharedArrays, type SharedArraysHandle } from '@polyhead/numerics';
import { formatSpread } from '../markdown-table.ts';
import { createReport } from '../report.ts';
import { type Contestant, runRounds } from '../rounds.ts';
import type { Spread } from '../statistics.ts';

export interface UpdatesBenchmarkOptions {
  /** Parameters. */
  readonly parameters: number;
  readonly threads: number;
  readonly rounds: number;
}

const kinds = ['adamW', 'sgd', 'sumInto'] as const;
/** Parameters, gradients, two kinds of moments, and the gradients of another thread. */
const arrayCount = 5;

/**
 * Milliseconds of updating parameters in one thread and in several, which share the work: on arrays that lie together,
 * where the kernels work in place, and on arrays in buffers of their own.
 */
export async function runUpdatesBenchmark(options: UpdatesBenchmarkOptions): Promise<void> {
  const { parameters, threads, rounds } = options;
  const report = createReport('updates', options);
  const { inPlace, apart } = createStorages(parameters);
  const teams = [1, threads].flatMap((size) => [
    startTeam(`in place, threads: ${size}`, inPlace, { size, parameters }),
    startTeam(`copied, threads: ${size}`, apart, { size, parameters }),
  ]);
  try {
    for (const kind of kinds) {
      const timings = await runRounds(
        teams.map((team) => contestantOf(team, kind)),
        { rounds },
      );
      report.line(`${kind} of ${parameters.toLocaleString('en-US')} parameters`);
      report.table(
        ['arrays', 'milliseconds', 'nanoseconds a parameter'],
        timings.map((timing) => [
          timing.name,
          formatSpread(scale(timing, 1e3)),
          formatSpread(scale(timing, 1e9 / parameters)),
        ]),
      );
    }
  } finally {
    await Promise.all(teams.flatMap(({ workers }) => workers.map((worker) => worker.terminate())));
  }
  await report.finish({});
}

function scale({ median, minimum, maximum }: Spread, factor: number): Spread {
  return { median: factor * median, minimum: factor * minimum, maximum: factor * maximum };
}

/** The same numbers together and apart. */
function createStorages(parameters: number): { inPlace: SharedArraysHandle; apart: SharedArraysHandle } {
  const lengths = Array.from({ length: arrayCount }, () => parameters);
  const { arrays, handle } = createSharedArrays(lengths);
  const storage = arrays.map((array, index) => {
    for (let place = 0; place < parameters; place++) array[place] = 0.01 / (1 + ((place + index) % 97));
    const own = new Float32Array(new SharedArrayBuffer(array.byteLength));
    own.set(array);
    return own.buffer;
  });
  return { inPlace: handle, apart: { lengths, storage } };
}

/** Threads that share the work, each a part of the parameters. */
interface Team {
  readonly name: string;
  readonly workers: readonly Worker[];
}

function startTeam(
  name: string,
  handle: SharedArraysHandle,
  { size, parameters }: { size: number; parameters: number },
): Team {
  const part = Math.ceil(parameters / size / 16) * 16;
  const workers = Array.from({ length: size }, (_, index) => {
    const workerData = { handle, from: index * part, to: Math.min(parameters, (index + 1) * part) };
    return new Worker(new URL('updates-worker.js', import.meta.url), { workerData });
  });
  return { name, workers };
}

function contestantOf({ name, workers }: Team, kind: (typeof kinds)[number]): Contestant {
  return {
    name,
    run: async () => {
      const start = performance.now();
      const answers = workers.map((worker) => once(worker, 'message'));
      for (const worker of workers) worker.postMessage(kind);
      await Promise.all(answers);
      return (performance.now() - start) / 1e3;
    },
  };
}
