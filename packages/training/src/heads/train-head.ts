import type { HeadTypeRegistry } from '@polyhead/heads';
import type { FittedHead, HeadExamples, LabeledTexts, ProgressListener, RandomGenerator } from '@polyhead/types';
import type { HeadConfig } from '../config/training-config.ts';
import type { HeadData } from '../data/head-data.ts';
import type { TextEmbeddings } from '../data/text-embeddings.ts';
import type { Stopwatch } from '../stopwatch.ts';
import type { TrainingListeners } from '../training-events.ts';
import { measureHead, type TrainedHead } from './measure-head.ts';

/** What training one head needs. */
export interface TrainHeadInput {
  readonly name: string;
  readonly config: HeadConfig;
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

/** Fits a head on embeddings, tunes thresholds on the validation rows, and measures it on validation and test. */
export async function trainHead(input: TrainHeadInput, context: TrainHeadContext): Promise<TrainedHead> {
  const { name, data, embeddings } = input;
  const { stopwatch } = context;
  const validation = toExamples(data.validation, embeddings);
  const fitted = await stopwatch.measure(`fit ${name}`, () => fitHead(input, validation, context));
  return stopwatch.measure(`evaluate ${name}`, () => measureHead({ ...input, fitted }, context.listeners));
}

async function fitHead(
  input: TrainHeadInput,
  validation: HeadExamples,
  context: TrainHeadContext,
): Promise<FittedHead> {
  const { name, config, data, embeddings } = input;
  const head = context.registry.get(config.type).create(config.options);
  const onProgress = namedProgress(`fitting ${name}`, context.listeners.onProgress);
  const fitted = await head.fit(toExamples(data.train, embeddings), {
    random: context.random.fork(`head ${name}`),
    validation,
    onProgress,
    signal: context.signal,
  });
  for (const entry of fitted.history) context.listeners.onHistory?.(name, entry);
  return fitted;
}

function namedProgress(phase: string, listener: ProgressListener | undefined): ProgressListener | undefined {
  return listener === undefined ? undefined : (progress) => listener({ ...progress, phase });
}

function toExamples(rows: LabeledTexts, embeddings: TextEmbeddings): HeadExamples {
  return { embeddings: embeddings.select(rows.texts), targets: rows.targets };
}
