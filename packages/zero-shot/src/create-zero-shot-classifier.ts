import { loadCrossEncoder, loadEncoder } from '@polyhead/backbone';
import {
  PolyheadError,
  type CrossEncoder,
  type Encoder,
  type Logger,
  type LongOperationOptions,
  type ZeroShotClassifier,
  type ZeroShotMethod,
} from '@polyhead/types';
import { automaticMethod } from './automatic-method.ts';
import { createCascadeScorer, type CascadeOptions } from './cascade/cascade-scorer.ts';
import { defaultEncoder, defaultNliModel } from './default-models.ts';
import { createEmbeddingScorer, type EmbeddingOptions } from './embedding/embedding-scorer.ts';
import type { LabelScorer } from './label-scorer.ts';
import { createNliScorer, type NliOptions } from './nli/nli-scorer.ts';
import { createScorerClassifier } from './scorer-classifier.ts';

/** How a zero-shot classifier is made. */
export interface CreateZeroShotClassifierOptions extends LongOperationOptions {
  /**
   * @default 'auto': `cascade`, which was best over tasks of several kinds (docs/zero-shot.md has the figures). That was
   * measured with the bundled models, so with an NLI model of one's own alone it is `nli`, with an encoder alone `embedding`.
   */
  readonly method?: ZeroShotMethod | 'auto' | undefined;
  /** An NLI model: a folder, a Hugging Face id, or one that is loaded. @default `defaultNliModel` */
  readonly model?: string | CrossEncoder | undefined;
  /** A sentence encoder: a bundled name, a folder, a Hugging Face id, or one that is loaded. @default `defaultEncoder` */
  readonly encoder?: string | Encoder | undefined;
  readonly nli?: NliOptions | undefined;
  readonly embedding?: EmbeddingOptions | undefined;
  readonly cascade?: CascadeOptions | undefined;
  /** Threads that compute. @default the number of processors */
  readonly threads?: number | undefined;
  /** Where downloads and large graphs are kept. @default `defaultCacheDirectory()` of @polyhead/hub */
  readonly cacheDirectory?: string | undefined;
  /** Told which method `auto` took. */
  readonly logger?: Logger | undefined;
}

const methods: readonly string[] = ['auto', 'nli', 'embedding', 'cascade'];

/**
 * Makes a classifier for labels that nothing was trained on, and loads the models that its method needs. Models that are
 * given loaded stay the caller's to release.
 * @throws {PolyheadError} INVALID_ARGUMENT, ENTAILMENT_NOT_FOUND, and what loading models throws
 */
export async function createZeroShotClassifier(
  options: CreateZeroShotClassifierOptions = {},
): Promise<ZeroShotClassifier> {
  const method = chooseMethod(options);
  switch (method) {
    case 'nli':
      return createScorerClassifier(await openNli(options));
    case 'embedding':
      return createScorerClassifier(await openEmbedding(options));
    case 'cascade': {
      const nli = await openNli(options);
      const scorer = await releaseOnError(nli, async () =>
        createCascadeScorer({ embedding: await openEmbedding(options), nli }, options.cascade),
      );
      return createScorerClassifier(scorer);
    }
  }
}

function chooseMethod({ method = 'auto', logger, ...models }: CreateZeroShotClassifierOptions): ZeroShotMethod {
  if (!methods.includes(method)) {
    throw new PolyheadError('INVALID_ARGUMENT', {
      message: `There is no method "${method}".`,
      remedy: `Choose one of ${methods.join(', ')}.`,
      details: { method },
    });
  }
  if (method !== 'auto') return method;
  const chosen = automaticMethod(models);
  logger?.info(`Method: ${chosen} (${reasons[chosen]}).`);
  return chosen;
}

const reasons: Readonly<Record<ZeroShotMethod, string>> = {
  cascade: 'similarity for all labels, inference for the most similar ones',
  nli: 'the NLI model that was given, for all labels',
  embedding: 'similarity by the encoder that was given',
};

async function openNli(options: CreateZeroShotClassifierOptions): Promise<LabelScorer> {
  const { model = defaultNliModel } = options;
  if (typeof model !== 'string') return keepModel(createNliScorer(model, options.nli));
  const loaded = await loadCrossEncoder(model, toLoading(options));
  return releaseOnError(loaded, () => createNliScorer(loaded, options.nli));
}

async function openEmbedding(options: CreateZeroShotClassifierOptions): Promise<LabelScorer> {
  const { encoder = defaultEncoder } = options;
  if (typeof encoder !== 'string') return keepModel(createEmbeddingScorer(encoder, options.embedding));
  const loaded = await loadEncoder(encoder, toLoading(options));
  return releaseOnError(loaded, () => createEmbeddingScorer(loaded, options.embedding));
}

/** A scorer over a model that somebody else releases. */
function keepModel(scorer: LabelScorer): LabelScorer {
  return { ...scorer, release: () => Promise.resolve() };
}

function toLoading(
  options: CreateZeroShotClassifierOptions,
): Pick<CreateZeroShotClassifierOptions, 'threads' | 'cacheDirectory' | 'logger' | 'onProgress' | 'signal'> {
  const { threads, cacheDirectory, logger, onProgress, signal } = options;
  return { threads, cacheDirectory, logger, onProgress, signal };
}

async function releaseOnError<Result>(
  model: { release(): Promise<void> },
  work: () => Result | Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    await model.release();
    throw error;
  }
}
