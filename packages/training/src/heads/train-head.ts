import type { HeadTypeRegistry } from '@polyhead/heads';
import type { FittedHead, HeadExamples, LabeledTexts, ProgressListener, RandomGenerator } from '@polyhead/types';
import type { HeadConfig } from '../config/training-config.ts';
import type { HeadData } from '../data/head-data.ts';
import type { TextEmbeddings } from '../data/text-embeddings.ts';
import type { Stopwatch } from '../stopwatch.ts';
import type { TrainingListeners } from '../training-events.ts';
import { crossValidate } from './cross-validate.ts';
import { measureHead, type HeldOutRows, type TrainedHead } from './measure-head.ts';

/** What training one head needs. */
export interface TrainHeadInput {
  readonly name: string;
  readonly config: Omit<HeadConfig, 'data'>;
  readonly data: HeadData;
  readonly embeddings: TextEmbeddings;
}

/** Where training happens. */
export interface TrainHeadContext {
  readonly registry: HeadTypeRegistry;
  readonly random: RandomGenerator;
  readonly stopwatch: Stopwatch;
  readonly listeners: TrainingListeners;
  readonly signal: AbortSignal | undefined;
}

/** Fits a head on embeddings, tunes thresholds on rows that it was not fitted on, and measures it on validation and test. */
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

/** Without validation rows, thresholds are tuned on the training rows, each judged by a head that has not seen it. */
async function judgeTrainingRows(
  { name, config, data, embeddings }: TrainHeadInput,
  { registry, random, signal }: TrainHeadContext,
): Promise<HeldOutRows | undefined> {
  const { train, validation } = data;
  if (validation !== undefined || train.targets.task !== 'multi-label' || !config.thresholds.tune) return undefined;
  const head = registry.get(config.type).create(config.options);
  const logits = await crossValidate(head, toExamples(train, embeddings), {
    random: random.fork(`cross-validation ${name}`),
    signal,
  });
  return { targets: train.targets, logits, source: 'training rows, cross-validated' };
}

function namedProgress(phase: string, listener: ProgressListener | undefined): ProgressListener | undefined {
  return listener === undefined ? undefined : (progress) => listener({ ...progress, phase });
}

function toExamples(rows: LabeledTexts, embeddings: TextEmbeddings): HeadExamples {
  return { embeddings: embeddings.select(rows.texts), targets: rows.targets };
}
