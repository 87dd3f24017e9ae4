import type { HeadTypeRegistry } from '@polyhead/heads';
import {
  assertNotAborted,
  PolyheadError,
  type Encoder,
  type FittedHead,
  type RandomGenerator,
  type Task,
} from '@polyhead/types';
import type { HeadConfig } from './config/training-config.ts';
import { checkQuality, type QualityCounts } from './data/check-quality.ts';
import { loadHeadData, type HeadData } from './data/head-data.ts';
import { describeSkippedRows } from './data/skipped-rows.ts';
import { encodeDistinctTexts, type TextEmbeddings } from './data/text-embeddings.ts';
import { assertHeadConfig } from './heads/assert-head-config.ts';
import { measureHead, type TrainedHead } from './heads/measure-head.ts';
import { trainHead } from './heads/train-head.ts';
import { countRows, type RunCounts } from './run-report.ts';
import type { Stopwatch } from './stopwatch.ts';
import type { TrainingListeners } from './training-events.ts';

/** What preparing and training heads share. */
export interface PrepareHeadsContext {
  readonly registry: HeadTypeRegistry;
  readonly random: RandomGenerator;
  readonly stopwatch: Stopwatch;
  readonly listeners: TrainingListeners;
  readonly signal: AbortSignal | undefined;
  /** Whether the model has heads already, beside those to prepare. @default false */
  readonly besideOthers?: boolean | undefined;
}

/** What training needs beside. */
export interface TrainHeadsContext extends PrepareHeadsContext {
  readonly encoder: Encoder;
  /** Training texts by the encoder before it learned from them. @default it did not */
  readonly beforeLearning?: TextEmbeddings | undefined;
}

/** Heads with all that is known about them, and how many rows they saw. */
export interface TrainedHeads {
  readonly trained: TrainedHead[];
  readonly counts: RunCounts;
}

/** A head whose rows are read and checked. */
export interface PreparedHead {
  readonly name: string;
  readonly config: Omit<HeadConfig, 'data'>;
  readonly data: HeadData;
  readonly quality: QualityCounts;
}

/**
 * Checks types and options of all heads, then reads and checks their data. Everything that the user can have got wrong
 * comes to light here, before anything slow is done.
 */
export function prepareHeads(
  heads: Readonly<Record<string, HeadConfig>>,
  context: PrepareHeadsContext,
): Promise<PreparedHead[]> {
  const { registry } = context;
  for (const config of Object.values(heads)) registry.get(config.type).create(config.options);
  return context.stopwatch.measure('read data', async () => {
    const prepared: PreparedHead[] = [];
    const oneOfSeveral = Object.keys(heads).length > 1 || context.besideOthers === true;
    for (const [name, config] of Object.entries(heads)) {
      const data = await loadHeadData(
        { ...config.data, task: config.task, name, oneOfSeveral },
        context.random.fork(`split ${name}`),
        context.signal,
      );
      assertTask(name, { type: config.type, task: data.train.targets.task, registry });
      assertHeadConfig(name, config, data);
      const { counts, warnings } = checkQuality(name, data);
      for (const warning of warnings) context.listeners.onWarning?.(warning);
      prepared.push({ name, config, data, quality: counts });
    }
    warnOfSkippedRows(prepared, context.listeners);
    return prepared;
  });
}

/** Warns of rows of the heads' files that are left out. */
export function warnOfSkippedRows(
  heads: Iterable<Pick<PreparedHead, 'data'>>,
  { onWarning }: Pick<TrainingListeners, 'onWarning'>,
): void {
  const problems = Array.from(heads).flatMap(({ data }) => data.problems);
  for (const warning of describeSkippedRows(problems)) onWarning?.(warning);
}

/**
 * Refuses a type of head that cannot learn from the targets of its data.
 * @throws {PolyheadError} TASK_UNSUPPORTED
 */
export function assertTask(
  name: string,
  { type, task, registry }: { readonly type: string; readonly task: Task; readonly registry: HeadTypeRegistry },
): void {
  if (registry.get(type).tasks.includes(task)) return;
  const able = registry.list().flatMap((known) => (known.tasks.includes(task) ? [known.type] : []));
  throw new PolyheadError('TASK_UNSUPPORTED', {
    message: `Head "${name}" is for ${task} by its data, which the type "${type}" cannot learn.`,
    remedy: `Use ${able.join(' or ')}: "type" in a configuration, --head on the command line.`,
    details: { head: name, headType: type, task, able },
  });
}

/** Encodes each distinct text of all heads once, then fits and measures head after head. */
export function trainHeads(heads: readonly PreparedHead[], context: TrainHeadsContext): Promise<TrainedHeads> {
  const lists = heads.flatMap(({ data }) => [data.train.texts, data.validation?.texts ?? [], data.test?.texts ?? []]);
  const { beforeLearning } = context;
  return forEachHead({ heads, lists }, context, (head, embeddings) =>
    trainHead({ ...head, embeddings, beforeLearning }, context),
  );
}

/** Measures heads that were fitted before. */
export function measureHeads(
  heads: readonly PreparedHead[],
  fitted: Readonly<Record<string, FittedHead>>,
  context: TrainHeadsContext,
): Promise<TrainedHeads> {
  const lists = heads.flatMap(({ data }) => [data.validation?.texts ?? [], data.test?.texts ?? []]);
  return forEachHead({ heads, lists }, context, (head, embeddings) => {
    const found = fitted[head.name];
    if (found === undefined) {
      throw new PolyheadError('INTERNAL', { message: `Head "${head.name}" was not fitted.` });
    }
    return context.stopwatch.measure(`evaluate ${head.name}`, () =>
      measureHead({ ...head, embeddings, fitted: found }, context.listeners),
    );
  });
}

async function forEachHead(
  { heads, lists }: { readonly heads: readonly PreparedHead[]; readonly lists: readonly (readonly string[])[] },
  context: TrainHeadsContext,
  train: (head: PreparedHead, embeddings: TextEmbeddings) => Promise<TrainedHead>,
): Promise<TrainedHeads> {
  const { stopwatch, listeners, signal } = context;
  const embeddings = await stopwatch.measure('encode', () =>
    encodeDistinctTexts(context.encoder, lists, { onProgress: listeners.onProgress, signal }),
  );
  if (embeddings.truncated > 0) {
    const limit = context.encoder.description.maximumLength;
    listeners.onWarning?.({
      head: undefined,
      message: `${embeddings.truncated} of ${embeddings.size} texts are longer than ${limit} tokens and were cut.`,
    });
  }
  const trained: TrainedHead[] = [];
  for (const head of heads) {
    assertNotAborted(signal);
    trained.push(await train(head, embeddings));
  }
  const headCounts = heads.map(({ name, data, quality }) => [name, countRows(data, quality)] as const);
  return {
    trained,
    counts: {
      distinct_texts: embeddings.size,
      truncated_texts: embeddings.truncated,
      heads: Object.fromEntries(headCounts),
    },
  };
}
