import type { HeadTypeRegistry } from '@polyhead/heads';
import type { Mistake } from '@polyhead/model';
import { findConfidentMistakes } from '@polyhead/metrics';
import type {
  FittedHead,
  HeadExamples,
  HeadThresholds,
  LabeledTexts,
  Matrix,
  ProgressListener,
  RandomGenerator,
} from '@polyhead/types';
import type { HeadConfig } from '../config/training-config.ts';
import type { HeadData, SplitName } from '../data/head-data.ts';
import type { TextEmbeddings } from '../data/text-embeddings.ts';
import type { Stopwatch } from '../stopwatch.ts';
import type { TrainingListeners } from '../training-events.ts';
import { evaluateScores, scoreEmbeddings, type Evaluation } from './evaluate-scores.ts';
import { tuneHeadThresholds } from './tune-thresholds.ts';

/** A fitted head with everything that is known about it. */
export interface TrainedHead {
  readonly name: string;
  readonly fitted: FittedHead;
  readonly thresholds: HeadThresholds | undefined;
  readonly displayNames: Readonly<Record<string, string>> | undefined;
  readonly evaluations: Partial<Record<Exclude<SplitName, 'train'>, Evaluation>>;
  /** Examples most confidently wrong, of the test rows or else of the validation rows. */
  readonly mistakes: readonly Mistake[];
}

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

const mistakeCount = 20;

/** Fits a head on embeddings, tunes thresholds on the validation rows, and measures it on validation and test. */
export async function trainHead(input: TrainHeadInput, context: TrainHeadContext): Promise<TrainedHead> {
  const { name, config, data, embeddings } = input;
  const { stopwatch, listeners } = context;
  const validation = toExamples(data.validation, embeddings);
  const fitted = await stopwatch.measure(`fit ${name}`, () => fitHead(input, validation, context));
  return stopwatch.measure(`evaluate ${name}`, () => {
    const scores = scoreEmbeddings(fitted, validation.embeddings);
    const thresholds =
      data.validation.targets.task === 'multi-label' && config.thresholds.tune
        ? tuneHeadThresholds(data.validation.targets, scores, {
            metric: config.thresholds.metric,
            source: data.validationSource,
          })
        : undefined;
    const evaluations: TrainedHead['evaluations'] = {
      validation: evaluateScores(data.validation.targets, scores, thresholds?.tuned),
    };
    let shown = { rows: data.validation, scores };
    if (data.test !== undefined) {
      const testScores = scoreEmbeddings(fitted, embeddings.select(data.test.texts));
      evaluations.test = evaluateScores(data.test.targets, testScores, thresholds?.tuned);
      shown = { rows: data.test, scores: testScores };
    }
    listeners.onHeadTrained?.(name, evaluations);
    const mistakes = collectMistakes(shown.rows, shown.scores, thresholds);
    return { name, fitted, thresholds, displayNames: config.displayNames, evaluations, mistakes };
  });
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

function collectMistakes(rows: LabeledTexts, scores: Matrix, thresholds: HeadThresholds | undefined): Mistake[] {
  if (rows.targets.task === 'regression') return [];
  return findConfidentMistakes(rows.targets, scores, { count: mistakeCount, thresholds: thresholds?.tuned }).map(
    (mistake) => ({
      text: rows.texts[mistake.row] ?? '',
      truth: joinLabels(mistake.truth),
      predicted: joinLabels(mistake.predicted),
      label: mistake.label,
      score: mistake.score,
    }),
  );
}

function joinLabels(labels: readonly string[]): string {
  return labels.length === 0 ? 'no label' : labels.join(', ');
}
