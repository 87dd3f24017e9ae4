import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '@polyhead/files';
import type { JointExamples, TaskWeighting } from '@polyhead/training';
import type { FittedHead, JsonObject, LabeledTexts, TrainableEncoder } from '@polyhead/types';
import { openDataFolder, type DataFolder, type DataSetName, type SplitName } from '../data-folder.ts';
import { toFigures, meanFigures, type Figures, type Scored } from '../finetune/figures.ts';
import { runLoggedTraining } from '../finetune/logged-training.ts';
import { loadRecipeEncoder, recipe, toSettings } from '../finetune/recipe.ts';
import { readFigures } from '../finetune/run-result.ts';
import { sumSteps } from '../finetune/step-log.ts';
import { scoresOf } from '../fit-head.ts';
import { assertJsonObject, readNumber } from '../json.ts';
import { formatNumber } from '../markdown-table.ts';
import { createReport, type Report } from '../report.ts';
import { sampleTexts } from '../sample-texts.ts';
import { keepResult } from '../stored-result.ts';
import { openWorkFolder } from '../work-folder.ts';
import { onlyGroup, toEmotionCase, toSourceCase, type Group, type MixedCase } from './groups.ts';

export interface MixedBenchmarkOptions {
  readonly data?: string;
  readonly model: string;
  readonly threads: number;
  readonly seeds: readonly number[];
  /** Training texts of each set, at most. */
  readonly texts: number;
  readonly testTexts: number;
  readonly epochs: number;
  readonly weights: TaskWeighting;
  readonly only?: 'emotions' | 'sets';
  /** Groups that are trained alone too. @default all */
  readonly alone?: readonly string[];
  readonly fresh: boolean;
}

/** What one training came to. */
interface MixedResult {
  readonly seconds: number;
  readonly steps: number;
  /** By group. */
  readonly figures: Readonly<Record<string, Figures>>;
}

/** Groups of different tasks on one encoder: jointly against each alone. */
export async function runMixedBenchmark(options: MixedBenchmarkOptions): Promise<void> {
  const report = createReport('mixed', options);
  const results = [];
  for (const mixed of await loadCases(options)) results.push(await measureCase(mixed, options, report));
  await report.finish({ recipe, results });
}

async function loadCases({ data, texts, testTexts, only }: MixedBenchmarkOptions): Promise<MixedCase[]> {
  const folder = openDataFolder(data);
  const limits = { train: texts, validation: testTexts, test: testTexts };
  const load = async (set: DataSetName, split: SplitName, labels?: readonly string[]): Promise<LabeledTexts> =>
    sampleTexts(await folder.load(set, split, labels), limits[split]);
  const cases: MixedCase[] = [];
  if (only !== 'sets') cases.push(await loadEmotions(load));
  if (only !== 'emotions') cases.push(await loadSets(load));
  return cases;
}

type LoadSplit = (...parameters: Parameters<DataFolder['load']>) => Promise<LabeledTexts>;

async function loadEmotions(load: LoadSplit): Promise<MixedCase> {
  const train = await load('go_emotions', 'train');
  const { labels } = train.targets;
  return toEmotionCase({
    train,
    validation: await load('go_emotions', 'validation', labels),
    test: await load('go_emotions', 'test', labels),
  });
}

async function loadSets(load: LoadSplit): Promise<MixedCase> {
  const sets = new Map<string, { train: LabeledTexts; test: LabeledTexts }>();
  for (const name of ['sst2', 'emotion', 'banking77'] as const) {
    const train = await load(name, 'train');
    sets.set(name, { train, test: await load(name, 'test', train.targets.labels) });
  }
  return toSourceCase(sets);
}

async function measureCase(mixed: MixedCase, options: MixedBenchmarkOptions, report: Report): Promise<object> {
  const { model, threads, epochs, weights, seeds, fresh } = options;
  const tests = Array.from(mixed.groups.values(), ({ test }) => test.texts.length);
  const key = sha256(JSON.stringify([mixed.name, model, threads, mixed.train.texts, tests, epochs, weights, recipe]));
  const directory = join(await openWorkFolder('mixed'), key.slice(0, 12));
  if (fresh) await rm(directory, { recursive: true, force: true });
  const names = [...mixed.groups.keys()];
  const measure = async (title: string, groups: readonly string[]): Promise<MixedResult[]> => {
    const results: MixedResult[] = [];
    for (const seed of seeds) results.push(await train({ mixed, groups, title, seed, directory, options, report }));
    return results;
  };
  const joint = await measure('joint', names);
  const alone = new Map<string, MixedResult[]>();
  for (const name of names.filter((group) => options.alone?.includes(group) ?? true)) {
    alone.set(name, await measure(`alone ${name}`, [name]));
  }
  printCase(mixed, { joint, alone }, report);
  return { name: mixed.name, joint, alone: Object.fromEntries(alone) };
}

interface TrainRun {
  readonly mixed: MixedCase;
  readonly groups: readonly string[];
  readonly title: string;
  readonly seed: number;
  readonly directory: string;
  readonly options: MixedBenchmarkOptions;
  readonly report: Report;
}

/** Trains some groups and measures them; a run that is finished is not done again, one that was stopped goes on. */
async function train(run: TrainRun): Promise<MixedResult> {
  const { mixed, groups, title, seed, options, report } = run;
  const directory = join(run.directory, title.replace(' ', '-'), `seed-${seed}`);
  const examples: JointExamples = groups.length === 1 ? onlyGroup(mixed.train, groups[0] ?? '') : mixed.train;
  const found = await keepResult(join(directory, 'result.json'), async () => {
    const encoder = await loadRecipeEncoder(options.model, options.threads);
    try {
      const { result, steps } = await runLoggedTraining({
        ...{ encoder, seed, directory, report, train: examples, checkpointSteps: 100 },
        settings: { ...toSettings(), epochs: options.epochs },
        weighting: groups.length === 1 ? 'given' : options.weights,
        name: `${mixed.name}, ${title}, seed ${seed}`,
      });
      const { seconds, steps: count } = sumSteps(steps);
      return { seconds, steps: count, figures: await measureGroups(encoder, mixed, result.heads) };
    } finally {
      await encoder.release();
    }
  });
  const figures = assertJsonObject(found['figures']);
  return {
    seconds: readNumber(found, 'seconds'),
    steps: readNumber(found, 'steps'),
    figures: Object.fromEntries(groups.map((name) => [name, readFigures(assertJsonObject(figures[name]))])),
  };
}

async function measureGroups(
  encoder: TrainableEncoder,
  { groups }: MixedCase,
  heads: Readonly<Record<string, FittedHead>>,
): Promise<JsonObject> {
  const figures: Record<string, Figures> = {};
  for (const [name, head] of Object.entries(heads)) {
    const group: Group | undefined = groups.get(name);
    if (group === undefined) continue;
    const score = async ({ texts, targets }: LabeledTexts): Promise<Scored> => ({
      targets,
      scores: scoresOf(head, await encoder.encode(await encoder.tokenize(texts))),
    });
    const tunedOn = group.test.targets.task === 'multi-label' ? group.validation : undefined;
    figures[name] = toFigures(await score(group.test), tunedOn === undefined ? undefined : await score(tunedOn));
  }
  return figures;
}

interface CaseResults {
  readonly joint: readonly MixedResult[];
  readonly alone: ReadonlyMap<string, readonly MixedResult[]>;
}

function printCase({ name, train: examples }: MixedCase, { joint, alone }: CaseResults, report: Report): void {
  const counts = Object.entries(examples.heads).map(
    ([group, { rows }]) => `${group} ${formatNumber((rows ?? examples.texts).length)}`,
  );
  report.line(
    `### ${name}: ${formatNumber(examples.texts.length)} training texts (with a target: ${counts.join(', ')})`,
  );
  const figuresOf = (runs: readonly MixedResult[], group: string): Figures =>
    meanFigures(runs.map(({ figures }) => figures[group] ?? {}));
  report.table(
    ['group', 'figure', 'alone', 'jointly', 'jointly - alone'],
    Array.from(alone, ([group, runs]) => {
      const jointly = figuresOf(joint, group);
      return Object.entries(figuresOf(runs, group)).map(([figure, value]) => {
        const other = jointly[figure] ?? NaN;
        return [group, figure, value.toFixed(4), other.toFixed(4), (other - value).toFixed(4)];
      });
    }).flat(),
  );
  const secondsOf = (runs: readonly MixedResult[]): number =>
    runs.reduce((sum, run) => sum + run.seconds, 0) / runs.length;
  const each = Array.from(alone.values(), secondsOf);
  report.line(
    `Means of ${joint.length} runs. Training took ${Math.round(secondsOf(joint))} s jointly and ${each.map(Math.round).join(' + ')} s alone.`,
  );
}
