import { rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '@polyhead/files';
import { resolveModel } from '@polyhead/hub';
import type { EmbeddingPhaseInput } from '@polyhead/training';
import { PolyheadError, type JsonObject } from '@polyhead/types';
import { assertJsonObject, readNumber } from '../json.ts';
import { formatNumber } from '../markdown-table.ts';
import { findPython, noPythonNote, peerScript, startPeer, type PeerProcess } from '../peer-process.ts';
import { createReport, type Report } from '../report.ts';
import { keepResult } from '../stored-result.ts';
import { openWorkFolder } from '../work-folder.ts';
import { fewShotSets, type FewShotCase, type FewShotSet } from './few-shot-cases.ts';
import { loadRows, prepareFiles, writeSample, type FewShotFiles, type JudgedBy } from './few-shot-files.ts';
import { trainOwn } from './own-training.ts';

export interface SetFitBenchmarkOptions {
  readonly data?: string;
  readonly python?: string;
  readonly model: string;
  readonly threads: number;
  readonly cases: readonly FewShotCase[];
  readonly judge: JudgedBy;
  /** Which contestants run. */
  readonly contestants: readonly ContestantName[];
  /** The embedding phase of the contestant `other`. */
  readonly embedding?: EmbeddingPhaseInput;
  readonly fresh: boolean;
}

/** Polyhead by its defaults, drawing pairs as the Python library does, and with other settings; and the library itself. */
export type ContestantName = 'default' | 'reference' | 'other' | 'library';

/** The embedding phase of the Python library, pair by pair. */
const referencePhase: EmbeddingPhaseInput = {
  sampling: { reference: 'oversampling' },
  learningRate: 2e-5,
  batchSize: 16,
  epochs: 1,
};

/** Few-shot training: what it reaches and how long it takes, on the same texts as the Python library. */
export async function runSetFitBenchmark(options: SetFitBenchmarkOptions): Promise<void> {
  const report = createReport('setfit', options);
  const context = await createContext(options, report);
  const rows: Row[] = [];
  try {
    for (const fewShotCase of options.cases) rows.push(...(await runCase(fewShotCase, context)));
  } finally {
    await context.peer?.close();
  }
  await report.finish({ runs: rows });
}

interface Context {
  readonly options: SetFitBenchmarkOptions;
  readonly data: string;
  readonly folder: string;
  readonly contestants: readonly ContestantName[];
  readonly peer: PeerProcess | undefined;
  readonly report: Report;
}

async function createContext(options: SetFitBenchmarkOptions, report: Report): Promise<Context> {
  const { data = process.env['POLYHEAD_DATA'], judge, model, threads, fresh } = options;
  if (data === undefined) {
    throw new PolyheadError('INVALID_ARGUMENT', {
      message: 'No data folder is given.',
      remedy: 'Name one with --data DIR or POLYHEAD_DATA.',
    });
  }
  const python = findPython(options.python);
  if (python === undefined) report.line(noPythonNote);
  const folder = join(await openWorkFolder('setfit'), judge);
  if (fresh) await rm(folder, { recursive: true, force: true });
  const { directory } = await resolveModel(model);
  const peer =
    python === undefined
      ? undefined
      : await startPeer({
          program: python,
          arguments: [peerScript('setfit_peer.py'), directory, String(threads)],
          threads,
        });
  const contestants = options.contestants.filter((name) => name !== 'library' || peer !== undefined);
  return { options, data, folder, contestants, peer, report };
}

interface Row {
  readonly set: string;
  readonly shots: number;
  readonly seed: number;
  readonly contestant: ContestantName;
  readonly result: JsonObject;
}

/** All samples of a case. Contestants take turns: another one begins with each sample. */
async function runCase(fewShotCase: FewShotCase, context: Context): Promise<Row[]> {
  const { set, shots, samples } = fewShotCase;
  const { data, folder, options, contestants, report } = context;
  const files = await prepareFiles(set, { data, folder, judgedBy: options.judge });
  const rows: Row[] = [];
  for (let seed = 0; seed < samples; seed++) {
    const sample = await drawSample({ ...fewShotCase, seed }, files, context);
    for (let place = 0; place < contestants.length; place++) {
      const contestant = contestants[(seed + place) % contestants.length];
      if (contestant === undefined) continue;
      const result = await runContestant({ ...fewShotCase, contestant, seed, sample, files }, context);
      rows.push({ set, shots, seed, contestant, result });
      report.progress(`${set} ${shots}, sample ${seed}, ${contestant}: ${describe(result)}`);
    }
  }
  printCase(fewShotCase, rows, context);
  return rows;
}

function describe(result: JsonObject): string {
  const figures = Object.keys(result).filter((name) => !notFigures.has(name));
  const said = figures.map((name) => `${name} ${formatNumber(readNumber(result, name))}`);
  return [...said, `${formatNumber(readNumber(result, 'seconds'))} s`].join(', ');
}

interface SampleOf extends FewShotCase {
  readonly seed: number;
}

/** The Python library draws the sample if it is there, so that its published samples come out. */
async function drawSample({ set, shots, seed }: SampleOf, files: FewShotFiles, context: Context): Promise<string> {
  const { folder, peer } = context;
  const description = fewShotSets[set];
  const drawnBy = peer === undefined || description.labels !== undefined ? 'own' : 'library';
  const file = join(folder, 'samples', `${set}-${shots}-${seed}-${drawnBy}.jsonl`);
  if (existsSync(file)) return file;
  if (peer === undefined || drawnBy === 'own') {
    await writeSample(file, files.pool, { set: description, shots, seed });
  } else await peer.ask({ action: 'sample', pool: files.pool, shots, seed, output: file });
  return file;
}

interface Run extends SampleOf {
  readonly contestant: ContestantName;
  readonly sample: string;
  readonly files: FewShotFiles;
}

/** A run that is finished is not done again. */
function runContestant({ set, shots, seed, contestant, sample, files }: Run, context: Context): Promise<JsonObject> {
  const { folder, peer, options } = context;
  const { model, threads } = options;
  const description = fewShotSets[set];
  const parameters = description.peer ?? {};
  const phase = toPhase(contestant, parameters, options.embedding);
  const key = sha256(JSON.stringify([sample, contestant, phase, parameters, model, threads])).slice(0, 8);
  const file = join(folder, 'runs', `${set}-${shots}-${seed}-${contestant}-${key}.json`);
  return keepResult(file, async () => {
    if (contestant === 'library' && peer !== undefined) {
      return peer.ask({ action: 'train', train: sample, test: files.judge, seed, arguments: parameters });
    }
    const train = await loadRows(sample, description);
    const judge = await loadRows(files.judge, description, train.targets.labels);
    return trainOwn({ train, judge, model, threads, seed, phase });
  });
}

function toPhase(
  contestant: ContestantName,
  parameters: NonNullable<FewShotSet['peer']>,
  other: EmbeddingPhaseInput | undefined,
): EmbeddingPhaseInput {
  if (contestant === 'other') return other ?? {};
  if (contestant !== 'reference') return {};
  const iterations = parameters['num_iterations'];
  return iterations === undefined ? referencePhase : { ...referencePhase, sampling: { reference: { iterations } } };
}

function printCase({ set, shots }: FewShotCase, rows: readonly Row[], { contestants, report }: Context): void {
  const named = { default: 'Polyhead', reference: 'Polyhead, pairs as the library', other: 'Polyhead, other settings', library: 'Python library' }; // prettier-ignore
  const figureNames = Object.keys(rows[0]?.result ?? {}).filter((name) => !notFigures.has(name));
  report.line(`${set}, ${shots} texts a class, ${rows.length / Math.max(1, contestants.length)} samples`);
  report.table(
    ['contestant', ...figureNames.map((name) => `${name}: mean (each)`), 'training s', 'from weights to saved model s'],
    contestants.map((contestant) => {
      const results = rows.filter((row) => row.contestant === contestant).map(({ result }) => assertJsonObject(result));
      const values = (name: string): number[] => results.map((result) => readNumber(result, name));
      const figures = figureNames.map((name) => {
        const present = results.every((result) => typeof result[name] === 'number');
        return present ? `${mean(values(name)).toFixed(3)} (${values(name).map((value) => value.toFixed(3)).join(', ')})` : '-'; // prettier-ignore
      });
      return [named[contestant], ...figures, range(values('seconds')), range(values('total'))];
    }),
  );
}

const notFigures: ReadonlySet<string> = new Set(['seconds', 'total', 'phases', 'texts']);

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

function range(values: readonly number[]): string {
  return `${formatNumber(mean(values))} (${formatNumber(Math.min(...values))} - ${formatNumber(Math.max(...values))})`;
}
