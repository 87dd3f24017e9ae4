import type { HeadTypeRegistry } from '@polyhead/heads';
import {
  hasErrorCode,
  type FittedHead,
  type HeadExamples,
  type LabeledTexts,
  type Matrix,
  type ProgressListener,
  type RandomGenerator,
  type Task,
} from '@polyhead/types';
import type { HeadConfig } from '../config/training-config.ts';
import type { HeadData } from '../data/head-data.ts';
import type { TextEmbeddings } from '../data/text-embeddings.ts';
import type { Stopwatch } from '../stopwatch.ts';
import type { TrainingListeners } from '../training-events.ts';
import { crossValidate } from './cross-validate.ts';
import type { HeldOutRows } from './held-out-rows.ts';
import { measureHead, type TrainedHead } from './measure-head.ts';

/** What training one head needs. */
export interface TrainHeadInput {
  readonly name: string;
  readonly config: Omit<HeadConfig, 'data'>;
  readonly data: HeadData;
  readonly embeddings: TextEmbeddings;
  /** Of the training texts, by the encoder before it learned from them. @default it did not */
  readonly beforeLearning?: TextEmbeddings | undefined;
}

/** Where training happens. */
export interface TrainHeadContext {
  readonly registry: HeadTypeRegistry;
  readonly random: RandomGenerator;
  readonly stopwatch: Stopwatch;
  readonly listeners: TrainingListeners;
  readonly signal: AbortSignal | undefined;
}

/** Fits a head on embeddings, calibrates it and tunes thresholds on rows that it was not fitted on, and measures it. */
export async function trainHead(input: TrainHeadInput, context: TrainHeadContext): Promise<TrainedHead> {
  const { name } = input;
  const { stopwatch } = context;
  const fitted = await stopwatch.measure(`fit ${name}`, () => fitHead(input, context));
  return stopwatch.measure(`evaluate ${name}`, async () =>
    measureHead({ ...input, fitted, heldOut: await judgeTrainingRows(input, context) }, context.listeners),
  );
}

async function fitHead(
  { name, config, data, embeddings }: TrainHeadInput,
  context: TrainHeadContext,
): Promise<FittedHead> {
  const head = context.registry.get(config.type).create(config.options);
  const onProgress = namedProgress(`fitting ${name}`, context.listeners.onProgress);
  const fitted = await head.fit(toExamples(data.train, embeddings), {
    random: context.random.fork(`head ${name}`),
    validation: data.validation === undefined ? undefined : toExamples(data.validation, embeddings),
    onProgress,
    signal: context.signal,
  });
  for (const entry of fitted.history) context.listeners.onHistory?.(name, entry);
  return fitted;
}

/** Without validation rows, choices are made on the training rows, each judged by a head that has not seen it. */
async function judgeTrainingRows(
  { name, config, data, embeddings, beforeLearning }: TrainHeadInput,
  { registry, random, signal }: TrainHeadContext,
): Promise<HeldOutRows | undefined> {
  const { train, validation } = data;
  if (validation !== undefined || !needsHeldOutRows(config, train.targets.task)) return undefined;
  const head = registry.get(config.type).create(config.options);
  const options = { texts: train.texts, random: random.fork(`cross-validation ${name}`), signal };
  try {
    const judge = (by: TextEmbeddings): Promise<Matrix> => crossValidate(head, toExamples(train, by), options);
    return {
      targets: train.targets,
      logits: await judge(embeddings),
      beforeLearning: beforeLearning === undefined ? undefined : await judge(beforeLearning),
      source: 'training rows, cross-validated',
    };
  } catch (error) {
    // So few different texts that some of them leave a single class: there is nothing to choose by.
    if (hasErrorCode(error, 'TOO_FEW_CLASSES')) return undefined;
    throw error;
  }
}

function needsHeldOutRows({ calibrate, thresholds }: TrainHeadInput['config'], task: Task): boolean {
  return task !== 'regression' && (calibrate || (task === 'multi-label' && thresholds.tune));
}

function namedProgress(phase: string, listener: ProgressListener | undefined): ProgressListener | undefined {
  return listener === undefined ? undefined : (progress) => listener({ ...progress, phase });
}

function toExamples(rows: LabeledTexts, embeddings: TextEmbeddings): HeadExamples {
  return { embeddings: embeddings.select(rows.texts), targets: rows.targets };
}
