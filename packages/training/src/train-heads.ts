import type { HeadTypeRegistry } from '@polyhead/heads';
import { assertNotAborted, type Encoder, type LongTextStrategy, type RandomGenerator } from '@polyhead/types';
import type { HeadConfig } from './config/training-config.ts';
import { checkQuality, type QualityCounts } from './data/check-quality.ts';
import { loadHeadData, type HeadData } from './data/head-data.ts';
import { encodeDistinctTexts, type TextEmbeddings } from './data/text-embeddings.ts';
import { trainHead, type TrainedHead } from './heads/train-head.ts';
import { countRows, type RunCounts } from './run-report.ts';
import type { Stopwatch } from './stopwatch.ts';
import type { TrainingListeners } from './training-events.ts';

/** What all heads of a job share. */
export interface TrainHeadsContext {
  readonly encoder: Encoder;
  readonly longText: LongTextStrategy;
  readonly registry: HeadTypeRegistry;
  readonly random: RandomGenerator;
  readonly stopwatch: Stopwatch;
  readonly listeners: TrainingListeners;
  readonly signal: AbortSignal | undefined;
}

interface LoadedHead {
  readonly name: string;
  readonly config: HeadConfig;
  readonly data: HeadData;
  readonly quality: QualityCounts;
}

/** Reads the data of every head, encodes each distinct text once, then fits and measures head after head. */
export async function trainHeads(
  heads: Readonly<Record<string, HeadConfig>>,
  context: TrainHeadsContext,
): Promise<{ trained: TrainedHead[]; counts: RunCounts }> {
  const { stopwatch, listeners, signal } = context;
  // An unknown head type or option should stop the job before anything slow is done.
  for (const config of Object.values(heads)) context.registry.get(config.type).create(config.options);
  const loaded = await stopwatch.measure('read data', () => loadAll(heads, context));
  const embeddings = await stopwatch.measure('encode', () => encodeAll(loaded, context));
  if (embeddings.truncated > 0) {
    const limit = context.encoder.description.maximumLength;
    listeners.onWarning?.({
      head: undefined,
      message: `${embeddings.truncated} of ${embeddings.size} texts are longer than ${limit} tokens and were cut.`,
    });
  }
  const trained: TrainedHead[] = [];
  for (const head of loaded) {
    assertNotAborted(signal);
    trained.push(await trainHead({ ...head, embeddings }, context));
  }
  const headCounts = loaded.map(({ name, data, quality }) => [name, countRows(data, quality)] as const);
  return {
    trained,
    counts: {
      distinct_texts: embeddings.size,
      truncated_texts: embeddings.truncated,
      heads: Object.fromEntries(headCounts),
    },
  };
}

async function loadAll(heads: Readonly<Record<string, HeadConfig>>, context: TrainHeadsContext): Promise<LoadedHead[]> {
  const loaded: LoadedHead[] = [];
  for (const [name, config] of Object.entries(heads)) {
    const data = await loadHeadData(config.data, context.random.fork(`split ${name}`), context.signal);
    const { counts, warnings } = checkQuality(name, data);
    for (const warning of warnings) context.listeners.onWarning?.(warning);
    loaded.push({ name, config, data, quality: counts });
  }
  return loaded;
}

function encodeAll(loaded: readonly LoadedHead[], context: TrainHeadsContext): Promise<TextEmbeddings> {
  const lists = loaded.flatMap(({ data }) => [data.train.texts, data.validation.texts, data.test?.texts ?? []]);
  return encodeDistinctTexts(context.encoder, lists, {
    longText: context.longText,
    onProgress: context.listeners.onProgress,
    signal: context.signal,
  });
}
