import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeSmallerEncoder } from '@polyhead/backbone';
import { assertModelTarget, type Model, type TrainingRecord } from '@polyhead/model';
import { PolyheadError, type JsonObject } from '@polyhead/types';
import { completeModel } from '../complete-model.ts';
import { parseTrainingConfig } from '../config/parse-config.ts';
import type { BackboneConfig, HeadConfigInput, SetFitConfig, SetFitSectionInput } from '../config/training-config.ts';
import { backboneLoaders, type EncoderLoaders } from '../finetune/job/encoder-loaders.ts';
import { checkForCheckpoint, checkpointDirectory } from '../finetune/job/job-folder.ts';
import { toTrainingEpochs } from '../finetune/job/training-record.ts';
import type { EncoderLossResult } from '../finetune/train-encoder-with-loss.ts';
import { completeEmbeddingPhase } from '../setfit/settings.ts';
import { trainByComparison } from '../setfit/train-by-comparison.ts';
import { Stopwatch } from '../stopwatch.ts';
import type { TrainOptions, TrainResult } from '../train-options.ts';
import { prepareStudentHeads, type TaughtTexts } from './student-heads.ts';
import { createTeacherSource } from './teacher-source.ts';

/** A job for {@link distillModel}. */
export interface DistillOptions extends Omit<TrainOptions, 'resume'> {
  /** The model that is to be imitated. It stays the caller's to release. */
  readonly teacher: Model;
  /** Texts of the kind that the student will see; no labels are needed. */
  readonly texts: readonly string[];
  /** The encoder that the student begins with. @default all-MiniLM-L6-v2 */
  readonly student?: string | Partial<BackboneConfig> | undefined;
  /** Keeps only so many layers of the student's encoder. @default all */
  readonly layers?: number | undefined;
  /** How the student's encoder learns; the loss is always the squared difference of cosines. @default 2 epochs, batches of 32 */
  readonly embedding?: Omit<NonNullable<SetFitSectionInput['embedding']>, 'loss' | 'sampling'> | undefined;
  /** Share of the texts on which student and teacher are compared; the student learns from the others only. @default 0.1 */
  readonly validationShare?: number | undefined;
  /** @default 42 */
  readonly seed?: number | undefined;
  /** Folder of the student. */
  readonly output: string;
}

const defaultEpochs = 2;

/**
 * Teaches a smaller or faster encoder to find texts as alike as a trained model does, then fits heads of the same names on
 * what the teacher says of the texts. The figures under `validation` tell how often the student agrees with its teacher on
 * texts that it did not learn from.
 *
 * The targets are the cosines of the teacher's embeddings of each pair of texts in a batch.
 * @throws {PolyheadError} TOO_FEW_EXAMPLES, TOO_FEW_CLASSES, INVALID_CONFIGURATION, OUTPUT_EXISTS, TRAINING_DIVERGED, ABORTED
 */
export async function distillModel(
  options: DistillOptions,
  loaders: EncoderLoaders = backboneLoaders,
): Promise<TrainResult> {
  const { teacher, output, signal, onProgress } = options;
  const stopwatch = new Stopwatch();
  const texts = [...new Set(options.texts)].filter((text) => text.trim() !== '');
  assertEnoughTexts(texts);
  const config = toConfig(options);
  await assertModelTarget(output);
  const directory = checkpointDirectory(output);
  await checkForCheckpoint(directory, { onWarning: options.onWarning });
  const embeddings = await stopwatch.measure('ask the teacher', () =>
    teacher.encoder.encode(texts, { signal, onProgress }),
  );
  const { validationShare = 0.1 } = options;
  const lessons = prepareStudentHeads({ texts, embeddings }, teacher.heads, { config, validationShare });
  try {
    const trained = await teachEncoder({ options, config, loaders, stopwatch, directory }, lessons.learned);
    const { heads } = lessons;
    const { backbone, seed } = config;
    const training = toRecord(trained, config);
    const parts = { encoderDirectory: join(directory, 'body'), training, ...{ backbone, heads, seed, output } };
    return await completeModel(parts, { options, loaders, stopwatch });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** A configuration of few-shot training holds all that a student needs; only its rows come from elsewhere. */
function toConfig({ teacher, student, embedding, seed, output }: DistillOptions): SetFitConfig {
  const heads = Array.from(teacher.heads, ([name, { fitted }]) => [
    name,
    {
      task: fitted.task,
      type: fitted.task === 'regression' ? 'ridge' : 'logistic-regression',
      displayNames: teacher.manifest.heads.find((head) => head.name === name)?.displayNames,
      data: { train: 'teacher' },
    },
  ]);
  const config = parseTrainingConfig(
    {
      method: 'setfit',
      backbone: student,
      heads: Object.fromEntries(heads) as Record<string, HeadConfigInput>,
      setfit: { embedding: { epochs: defaultEpochs, ...embedding } },
      seed,
      output,
    },
    'The student',
  );
  if (config.method === 'setfit') {
    assertNothingKept(config);
    return config;
  }
  throw new PolyheadError('INTERNAL', { message: `The method is ${config.method}.` });
}

interface Teaching {
  readonly options: DistillOptions;
  readonly config: SetFitConfig;
  readonly loaders: EncoderLoaders;
  readonly stopwatch: Stopwatch;
  readonly directory: string;
}

/** Trains the student's encoder and leaves it in `DIRECTORY/body`. */
async function teachEncoder(
  { options, config, loaders, stopwatch, directory }: Teaching,
  { texts, embeddings }: TaughtTexts,
): Promise<EncoderLossResult> {
  const { layers, signal, onProgress, logger, onStep } = options;
  const { setfit, seed } = config;
  let { backbone } = config;
  if (layers !== undefined) {
    const smaller = join(directory, 'smaller');
    await writeSmallerEncoder(backbone.reference, smaller, { layers, signal, logger });
    backbone = { ...backbone, reference: smaller };
  }
  const phase = completeEmbeddingPhase(setfit.embedding);
  const encoder = await loaders.loadTrainable(
    { backbone, training: setfit.embedding, seed },
    { onProgress, signal, logger },
  );
  try {
    const source = createTeacherSource({ texts, embeddings, batchSize: phase.batchSize });
    const result = await stopwatch.measure('train', () =>
      trainByComparison(
        { source, phase, chooseSteps: (batches) => batches },
        { encoder, seed, signal, onProgress, onStep },
      ),
    );
    await encoder.saveEncoder(join(directory, 'body'));
    return result;
  } finally {
    await encoder.release();
  }
}

function toRecord({ curve, epochs, bestEpoch }: EncoderLossResult, { setfit, seed }: SetFitConfig): TrainingRecord {
  const settings = JSON.parse(JSON.stringify({ method: 'distill', ...setfit.embedding, seed })) as JsonObject;
  return { settings, steps: curve.points, epochs: toTrainingEpochs(epochs), bestEpoch, weights: {} };
}

function assertNothingKept({ setfit }: SetFitConfig): void {
  if (setfit.embedding.lora?.keepAdapters !== true) return;
  throw new PolyheadError('INVALID_CONFIGURATION', {
    message: 'The student: "setfit.embedding.lora.keepAdapters" is not for distillation.',
    remedy: 'Leave it out: the adapters are merged into the student.',
    details: { field: 'setfit.embedding.lora.keepAdapters' },
  });
}

const fewestTexts = 20;

function assertEnoughTexts(texts: readonly string[]): void {
  if (texts.length >= fewestTexts) return;
  throw new PolyheadError('TOO_FEW_EXAMPLES', {
    message: `There are ${texts.length} different texts, and at least ${fewestTexts} are needed to learn from a teacher.`,
    remedy: 'Give some hundred texts of the kind that the student will see; they need no labels.',
    details: { texts: texts.length },
  });
}
