import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { loadEncoder } from '@polyhead/backbone';
import { replaceDirectory, writeFileAtomic } from '@polyhead/files';
import { resolveModel } from '@polyhead/hub';
import { readEncoderLicense, type TrainingRecord } from '@polyhead/model';
import { createRandomGenerator } from '@polyhead/numerics';
import type { JsonObject } from '@polyhead/types';
import { checkForCheckpoint, checkpointDirectory, copyFolder } from '../finetune/job/job-folder.ts';
import { toTrainingEpochs } from '../finetune/job/training-record.ts';
import { Stopwatch } from '../stopwatch.ts';
import { withCache } from '../train-model.ts';
import { chooseClasses } from './choose-classes.ts';
import { findNearestLabels } from './hard-labels.ts';
import { evaluateSavedModel } from './evaluate-saved-model.ts';
import { loadNliData, type NliData } from './load-nli-data.ts';
import type { LoadSourceOptions } from './load-nli-source.ts';
import { renderNliCard } from './nli-card.ts';
import type { ChosenNliConfig, NliConfig } from './nli-config.ts';
import { assertNliTarget, nliFiles, nliFormat } from './nli-folder.ts';
import type { NliReport } from './nli-report.ts';
import { trainClassifier, type TrainedClassifier, type TrainNliModelOptions } from './train-classifier.ts';

/** The outcome of a training of natural language inference. */
export interface TrainNliModelResult {
  /** The folder that was written. */
  readonly directory: string;
  readonly report: NliReport;
}

/**
 * Trains a model of natural language inference and writes its folder: an ordinary Hugging Face folder of a sequence
 * classification model, with a model card and all figures. Until then checkpoints and a live report lie in
 * `OUTPUT.checkpoint`, from which a job that was stopped can go on.
 * @throws {PolyheadError} errors of reading data and of loading the checkpoint, OUTPUT_EXISTS, CHECKPOINT_NOT_FOUND,
 *   CHECKPOINT_MISMATCH, TRAINING_DIVERGED, ABORTED
 */
export async function trainNliModel(
  given: NliConfig,
  options: TrainNliModelOptions = {},
): Promise<TrainNliModelResult> {
  await assertNliTarget(given.output);
  const directory = checkpointDirectory(given.output);
  await checkForCheckpoint(directory, options);
  const config: ChosenNliConfig = { ...given, classes: await chooseClasses(given, options) };
  const stopwatch = new Stopwatch();
  const data = await stopwatch.measure('read data', () => loadData(config, options));
  warnOfProblems(data, options);
  const trained = await trainClassifier({ config, data, directory, stopwatch }, options);
  const saved = join(directory, 'model');
  const { validation, test } = await stopwatch.measure('measure', () =>
    evaluateSavedModel(saved, data, { ...options, backbone: config.backbone }),
  );
  const report: NliReport = {
    labels: trained.labels,
    sources: data.counts,
    ...{ validation, test },
    seconds: stopwatch.toJson(),
    training: toRecord(config, trained),
  };
  await writeFolder(saved, config, report);
  await rm(directory, { recursive: true, force: true });
  return { directory: config.output, report };
}

/** Hard wrong labels are found by a sentence encoder, whose embeddings are kept on disk for the next start. */
async function loadData(
  config: ChosenNliConfig,
  { signal, onProgress, logger }: TrainNliModelOptions,
): Promise<NliData> {
  const random = createRandomGenerator(config.seed).fork('nli data');
  const needsEncoder = config.sources.some(({ kind, hardShare }) => kind === 'classification' && hardShare > 0);
  if (!needsEncoder) return loadNliData(config, { random, signal });
  const encoder = await loadEncoder(config.labelEncoder, { threads: config.backbone.threads, signal, logger });
  const cached = withCache(encoder, true);
  const findNearest: LoadSourceOptions['findNearest'] = (texts, among) =>
    findNearestLabels(cached, texts, { among, signal, onProgress });
  try {
    return await loadNliData(config, { random, findNearest, signal });
  } finally {
    await encoder.release();
  }
}

const shownProblems = 3;

function warnOfProblems({ problems }: NliData, { onWarning }: TrainNliModelOptions): void {
  const files = new Set(problems.map(({ file }) => file));
  for (const file of files) {
    const own = problems.filter((problem) => problem.file === file);
    const shown = own.slice(0, shownProblems).map(({ row, reason }) => `row ${row}: ${reason}`);
    const message = `${own.length} rows of "${file}" are left out (${shown.join('; ')}${own.length > shownProblems ? '; ...' : ''}).`;
    onWarning?.({ head: undefined, message, problems: own });
  }
}

function toRecord(config: ChosenNliConfig, { epochs, curve, bestEpoch }: TrainedClassifier): TrainingRecord {
  return {
    settings: JSON.parse(JSON.stringify({ ...config, output: undefined })) as JsonObject,
    steps: curve.points,
    epochs: toTrainingEpochs(epochs),
    bestEpoch,
    weights: {},
  };
}

async function writeFolder(saved: string, config: NliConfig, report: NliReport): Promise<void> {
  const license = await readEncoderLicense((await resolveModel(config.backbone.reference)).directory);
  const { training, ...metrics } = report;
  const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;
  await replaceDirectory(config.output, async (directory) => {
    await copyFolder(saved, directory);
    await writeFileAtomic(join(directory, nliFiles.card), renderNliCard(config, report, license));
    await writeFileAtomic(join(directory, nliFiles.metrics), json(metrics));
    await writeFileAtomic(join(directory, nliFiles.training), json({ format: nliFormat, ...training }));
  });
}
