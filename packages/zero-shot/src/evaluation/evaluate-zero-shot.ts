import { sha256, sha256OfFile } from '@polyhead/files';
import { createRandomGenerator } from '@polyhead/numerics';
import {
  PolyheadError,
  assertNotAborted,
  type Logger,
  type LongOperationOptions,
  type ZeroShotClassifier,
  type ZeroShotOptions,
} from '@polyhead/types';
import { assertZeroShotOptions } from '../prepare-requests.ts';
import { averageFigures, bootstrapFigures, computeFigures, figureNames } from './bootstrap.ts';
import type { EstimatedFigure, FigureName } from './bootstrap.ts';
import type { EvaluationManifest, EvaluationSet, EvaluationVariant } from './evaluation-manifest.ts';
import { loadEvaluationSet, verbaliseLabels, type LoadedEvaluationSet } from './load-evaluation-set.ts';
import { openVariant, type OpenedVariant } from './open-variant.ts';
import { openResultsFile, type EvaluationCell, type ResultsFile } from './results-file.ts';

/** How an evaluation is run. */
export interface EvaluateZeroShotOptions extends LongOperationOptions {
  /** Where finished cells are kept, and taken from in the next run. @default nowhere */
  readonly resultsFile?: string | undefined;
  /** Told of each cell when it is there. */
  readonly onCell?: ((cell: EvaluationCell, isNew: boolean) => void) | undefined;
  readonly threads?: number | undefined;
  readonly logger?: Logger | undefined;
}

/** The figures of always answering with the most frequent label of a set. */
export interface MajorityFigures {
  readonly set: string;
  readonly rows: number;
  readonly labels: number;
  readonly figures: Readonly<Record<FigureName, number>>;
}

/** The mean of a variant's figures over all sets. */
export interface VariantMean {
  readonly variant: string;
  readonly figures: Readonly<Record<FigureName, EstimatedFigure>>;
  /** Texts of all sets by the time that all took. */
  readonly texts_per_second: number;
}

/** What an evaluation gives. */
export interface ZeroShotEvaluation {
  readonly sets: readonly MajorityFigures[];
  /** Set by set within each variant. */
  readonly cells: readonly EvaluationCell[];
  readonly means: readonly VariantMean[];
}

interface PreparedSet {
  readonly set: EvaluationSet;
  readonly loaded: LoadedEvaluationSet;
  /** SHA-256 of the file. */
  readonly digest: string;
}

/**
 * Measures variants of zero-shot classification on labelled sets. Everything is read and checked before a model is loaded;
 * cells that the results file has are not computed again.
 * @throws {PolyheadError} what reading sets, loading models and classifying throws
 */
export async function evaluateZeroShot(
  manifest: EvaluationManifest,
  options: EvaluateZeroShotOptions = {},
): Promise<ZeroShotEvaluation> {
  const results = await openResultsFile(options.resultsFile);
  const { limit, seed } = manifest;
  const sets: PreparedSet[] = [];
  for (const set of manifest.sets) {
    const loaded = await loadEvaluationSet(set, { limit, seed }, options.signal);
    warnOfProblems(set, loaded, options.logger);
    for (const variant of manifest.variants) assertZeroShotOptions(toOptions(set, loaded, variant));
    sets.push({ set, loaded, digest: await sha256OfFile(set.file) });
  }
  const cells: EvaluationCell[] = [];
  for (const variant of manifest.variants) {
    assertNotAborted(options.signal);
    cells.push(...(await evaluateVariant({ variant, sets, manifest, results }, options)));
  }
  return {
    sets: sets.map(({ set, loaded }) => measureMajority(set.name, loaded)),
    cells,
    means: manifest.variants.map(({ name }) =>
      average(
        name,
        cells.filter(({ variant }) => variant === name),
      ),
    ),
  };
}

function warnOfProblems({ file, name }: EvaluationSet, { problems }: LoadedEvaluationSet, logger?: Logger): void {
  const [first] = problems;
  if (first === undefined) return;
  logger?.warn(`Set "${name}": ${problems.length} rows of "${file}" are left out (row ${first.row}: ${first.reason}).`);
}

interface VariantJob {
  readonly variant: EvaluationVariant;
  readonly sets: readonly PreparedSet[];
  readonly manifest: EvaluationManifest;
  readonly results: ResultsFile;
}

async function evaluateVariant(job: VariantJob, options: EvaluateZeroShotOptions): Promise<EvaluationCell[]> {
  const opened = await openVariant(job.variant, options);
  try {
    const cells: EvaluationCell[] = [];
    for (const prepared of job.sets) {
      const key = toKey(job, prepared, opened);
      const known = job.results.cells.get(key);
      const cell =
        known === undefined
          ? await evaluateCell({ ...job, prepared, key }, opened.classifier, options)
          : { ...known, variant: job.variant.name };
      if (known === undefined) await job.results.add(cell);
      options.onCell?.(cell, known === undefined);
      cells.push(cell);
    }
    return cells;
  } finally {
    await opened.release();
  }
}

/** The name of a variant is not part of it: the same work under another name is not done again. */
function toKey(
  { variant, manifest }: VariantJob,
  prepared: PreparedSet,
  { digests, classifier: { method } }: OpenedVariant,
): string {
  const { seed, limit = null, resamples } = manifest;
  const { set, digest } = prepared;
  const { labels, templates, longText, nli, embedding, cascade } = variant;
  const settings = { method, labels, templates, longText, nli, embedding, cascade };
  // The file counts by its content, models by their digests.
  const source = { ...set, file: digest };
  return sha256(JSON.stringify({ source, settings, digests, seed, limit, resamples }));
}

function toOptions(set: EvaluationSet, loaded: LoadedEvaluationSet, variant: EvaluationVariant): ZeroShotOptions {
  return {
    labels: verbaliseLabels(loaded.labels, set, variant),
    templates: variant.templates ?? set.templates,
    longText: variant.longText,
  };
}

async function evaluateCell(
  job: VariantJob & { readonly prepared: PreparedSet; readonly key: string },
  classifier: ZeroShotClassifier,
  options: EvaluateZeroShotOptions,
): Promise<EvaluationCell> {
  const { variant, manifest, prepared, key } = job;
  const { set, loaded } = prepared;
  const start = performance.now();
  const predictions = await classifier.classify(loaded.texts, {
    ...toOptions(set, loaded, variant),
    topK: 1,
    signal: options.signal,
    onProgress: (progress) => options.onProgress?.({ ...progress, phase: `${variant.name} on ${set.name}` }),
  });
  const seconds = (performance.now() - start) / 1000;
  const places = new Map(loaded.labels.map((label, place) => [label, place]));
  const predicted = Int32Array.from(predictions, ({ labels: [label = ''] }) => places.get(label) ?? 0);
  const decisions = { truth: loaded.truth, predicted, classCount: loaded.labels.length };
  const random = createRandomGenerator(manifest.seed).fork(set.name);
  return {
    key,
    set: set.name,
    variant: variant.name,
    method: classifier.method,
    rows: loaded.texts.length,
    labels: loaded.labels.length,
    truncated_texts: predictions.filter(({ truncated }) => truncated).length,
    seconds,
    figures: bootstrapFigures(decisions, { resamples: manifest.resamples, random }),
  };
}

function measureMajority(name: string, { truth, labels }: LoadedEvaluationSet): MajorityFigures {
  const counts = new Int32Array(labels.length);
  for (const label of truth) counts[label] = (counts[label] ?? 0) + 1;
  const most = counts.indexOf(Math.max(...counts));
  const predicted = new Int32Array(truth.length).fill(most);
  const figures = computeFigures({ truth, predicted, classCount: labels.length });
  return { set: name, rows: truth.length, labels: labels.length, figures };
}

function average(variant: string, cells: readonly EvaluationCell[]): VariantMean {
  const mean = (name: FigureName): EstimatedFigure => averageFigures(cells.map(({ figures }) => figures[name]));
  const total = (pick: (cell: EvaluationCell) => number): number => cells.reduce((sum, cell) => sum + pick(cell), 0);
  const [macroF1, balanced, plain] = figureNames.map(mean);
  if (macroF1 === undefined || balanced === undefined || plain === undefined) {
    throw new PolyheadError('INTERNAL', { message: 'A figure got lost.' });
  }
  return {
    variant,
    figures: { macro_f1: macroF1, balanced_accuracy: balanced, accuracy: plain },
    texts_per_second: total(({ rows }) => rows) / total(({ seconds }) => seconds),
  };
}
