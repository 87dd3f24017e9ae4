import { resolveModel } from '@polyhead/hub';
import type { JsonObject } from '@polyhead/types';
import { readNumber } from '../json.ts';
import { formatSpread } from '../markdown-table.ts';
import { startOwnProcess } from '../own-process.ts';
import { findPython, noPythonNote, peerScript, startPeer, type PeerProcess } from '../peer-process.ts';
import { createReport, type Report } from '../report.ts';
import { runRounds } from '../rounds.ts';
import { pairedRatios, spreadOf, type Spread } from '../statistics.ts';
import { createTokenIds, formatBatchShape, type BatchShape } from './batch-shape.ts';
import { openDeepModel } from './deep-model.ts';

export interface TrainingStepBenchmarkOptions {
  readonly python?: string;
  readonly model: string;
  readonly threads: number;
  readonly rounds: number;
  readonly steps: number;
  readonly batches: readonly BatchShape[];
  readonly layers: number;
  readonly only?: 'model' | 'deep';
  readonly fused: boolean;
}

const self = 'Polyhead';
const parts = ['forward', 'backward', 'update'] as const;
type PartSeconds = Readonly<Record<(typeof parts)[number], number>>;

/** What one library did with one batch. Seconds are those of one step. */
interface StepMeasurement extends Spread {
  readonly library: string;
  /** Means over the steps of each round. */
  readonly seconds: readonly number[];
  readonly parts: Readonly<Record<(typeof parts)[number], Spread>>;
  readonly peakMegabytes: number;
  /** The peak before the model was loaded. */
  readonly bareMegabytes: number;
  /** The peak before the first step. */
  readonly loadedMegabytes: number;
  readonly gradientNorm: number;
  readonly versions: JsonObject;
}

interface BatchMeasurement {
  readonly model: string;
  readonly batch: string;
  readonly libraries: readonly StepMeasurement[];
  /** Steps a second of Polyhead over those of PyTorch, in each round. */
  readonly ratios: readonly number[];
}

/** A training step of a small and of a deep encoder: time of its parts and peak memory. */
export async function runTrainingStepBenchmark(options: TrainingStepBenchmarkOptions): Promise<void> {
  const report = createReport('training-step', options);
  const python = findPython(options.python);
  if (python === undefined) report.line(noPythonNote);
  const measured: BatchMeasurement[] = [];
  for (const model of await openModels(options)) {
    for (const batch of options.batches) measured.push(await measureBatch({ model, batch, python, report, options }));
  }
  report.line(
    'Forward, backward from a given gradient of the embeddings, clipping by the global norm and AdamW; all parameters are trained, dropout is 0.1. Each library has a process of its own for each row.',
  );
  report.table(
    [
      'model',
      'batch',
      'library',
      'steps/s',
      'ms a step',
      'forward',
      'backward',
      'update',
      'peak MB loaded',
      'peak MB',
      'ratio',
    ],
    measured.flatMap(toRows),
  );
  await report.finish({ measured });
}

interface TrainedModel {
  readonly name: string;
  readonly directory: string;
}

async function openModels({ model, layers, only }: TrainingStepBenchmarkOptions): Promise<TrainedModel[]> {
  const { directory } = await resolveModel(model);
  const small = { name: model, directory };
  if (only === 'model') return [small];
  const deep = { name: `${layers} layers`, directory: await openDeepModel(directory, layers) };
  return only === 'deep' ? [deep] : [small, deep];
}

interface BatchRun {
  readonly model: TrainedModel;
  readonly batch: BatchShape;
  readonly python: string | undefined;
  readonly report: Report;
  readonly options: TrainingStepBenchmarkOptions;
}

/** A process that trains, with what it has measured. */
interface Contender {
  readonly name: string;
  readonly process: PeerProcess;
  readonly rounds: PartSeconds[];
}

async function measureBatch(run: BatchRun): Promise<BatchMeasurement> {
  const { model, batch, report, options } = run;
  const contenders = await startContenders(run);
  try {
    for (const { process } of contenders) await process.ask({ action: 'batch', ids: createTokenIds(batch) });
    const shown = `${model.name}, ${formatBatchShape(batch)}`;
    const timings = await runRounds(
      contenders.map(({ name, process, rounds }) => ({
        name,
        run: async () => {
          const answer = await process.ask({ action: 'steps', count: options.steps });
          const each = (part: string): number => readNumber(answer, part) / options.steps;
          rounds.push({ forward: each('forward'), backward: each('backward'), update: each('update') });
          return each('seconds');
        },
      })),
      {
        rounds: options.rounds,
        onRun: (name, seconds, round) =>
          report.progress(`${shown}, round ${round}: ${name} ${(1000 * seconds).toFixed(0)} ms a step`),
      },
    );
    const libraries = await Promise.all(
      contenders.map((contender, index) => finishContender(contender, timings[index]?.seconds ?? [])),
    );
    const [own, peer] = timings;
    const ratios = peer === undefined ? [] : pairedRatios(peer.seconds, own?.seconds ?? []);
    return { model: model.name, batch: formatBatchShape(batch), libraries, ratios };
  } finally {
    for (const { process } of contenders) await process.close();
  }
}

async function startContenders({ model, python, options }: BatchRun): Promise<Contender[]> {
  const { threads, fused } = options;
  const own = await startOwnProcess(['measure-training-step', model.directory], threads);
  const contenders: Contender[] = [{ name: self, process: own, rounds: [] }];
  if (python === undefined) return contenders;
  const process = await startPeer({
    program: python,
    arguments: [peerScript('training_step_peer.py'), model.directory, String(threads), ...(fused ? ['fused'] : [])],
    threads,
  });
  return [...contenders, { name: fused ? 'PyTorch, fused AdamW' : 'PyTorch', process, rounds: [] }];
}

async function finishContender(
  { name, process, rounds }: Contender,
  seconds: readonly number[],
): Promise<StepMeasurement> {
  // The first round was a warm-up.
  const measured = rounds.slice(1);
  const partSpread = (part: (typeof parts)[number]): Spread => spreadOf(measured.map((round) => round[part]));
  const memory = await process.ask({ action: 'memory' });
  const last = await process.ask({ action: 'steps', count: 1 });
  return {
    library: name,
    seconds,
    ...spreadOf(seconds),
    parts: { forward: partSpread('forward'), backward: partSpread('backward'), update: partSpread('update') },
    peakMegabytes: readNumber(memory, 'peak_megabytes'),
    bareMegabytes: readNumber(process.ready, 'bare_megabytes'),
    loadedMegabytes: readNumber(process.ready, 'loaded_megabytes'),
    gradientNorm: readNumber(last, 'norm'),
    versions: process.ready,
  };
}

function toRows({ model, batch, libraries, ratios }: BatchMeasurement): (string | number)[][] {
  const toMilliseconds = ({ median, minimum, maximum }: Spread): string =>
    formatSpread({ median: 1000 * median, minimum: 1000 * minimum, maximum: 1000 * maximum });
  return libraries.map((measured, index) => [
    model,
    batch,
    measured.library,
    1 / measured.median,
    toMilliseconds(measured),
    ...parts.map((part) => 1000 * measured.parts[part].median),
    Math.round(measured.loadedMegabytes),
    Math.round(measured.peakMegabytes),
    index === 0 && ratios.length > 0 ? formatSpread(spreadOf(ratios)) : '',
  ]);
}
