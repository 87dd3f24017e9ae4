import type { HeadTypeRegistry } from '@polyhead/heads';
import type {
  HeadExamples,
  LabeledTexts,
  LongOperationOptions,
  RandomGenerator,
  TrainableEncoder,
} from '@polyhead/types';
import { selectMatrixRows } from '../data/select-matrix-rows.ts';
import { toDistinctTexts } from '../finetune/heads/joint-batches.ts';
import type { Judgement } from '../finetune/loop/training-state.ts';
import { createWatchedScore } from '../finetune/validation/watched-score.ts';
import { evaluateScores, scoreEmbeddings, type Evaluation } from '../heads/evaluate-scores.ts';
import { tuneHeadThresholds } from '../heads/tune-thresholds.ts';
import type { PreparedHead } from '../train-heads.ts';

/** What {@link createBodyJudge} needs. */
export interface BodyJudgeOptions extends LongOperationOptions {
  readonly encoder: TrainableEncoder;
  readonly heads: readonly PreparedHead[];
  readonly registry: HeadTypeRegistry;
  readonly random: RandomGenerator;
  /** What decides which encoder is best: see `EarlyStoppingConfig.metric`. */
  readonly metric: string;
}

/** Figures that are shown beside the training, where a task has them. */
const shownFigures = ['accuracy', 'macro_f1', 'micro_f1', 'r2'] as const;

/**
 * Judges an encoder in training by what it is for: new heads are fitted on the training rows as it encodes them now, and
 * measured on the validation rows. Undefined without validation rows.
 * @throws {PolyheadError} INVALID_ARGUMENT for a metric that the heads do not have
 */
export async function createBodyJudge(options: BodyJudgeOptions): Promise<(() => Promise<Judgement>) | undefined> {
  const judged = options.heads.filter(({ data }) => data.validation !== undefined);
  if (judged.length === 0) return undefined;
  const { encoder, signal } = options;
  const tasks = Object.fromEntries(judged.map(({ name, data }) => [name, data.train.targets.task]));
  const score = createWatchedScore(options.metric, tasks);
  const lists = judged.flatMap(({ data }) => [data.train.texts, data.validation?.texts ?? []]);
  const { texts, places } = toDistinctTexts(lists.flat());
  const encodings = await encoder.tokenize(texts, { signal });
  return async () => {
    const embeddings = await encoder.encode(encodings, { signal });
    let start = 0;
    const take = (rows: LabeledTexts): HeadExamples => {
      const own = places.subarray(start, start + rows.texts.length);
      start += rows.texts.length;
      return { embeddings: selectMatrixRows(embeddings, own), targets: rows.targets };
    };
    const evaluations: Record<string, Evaluation> = {};
    for (const { name, config, data } of judged) {
      if (data.validation === undefined) continue;
      const [train, validation] = [take(data.train), take(data.validation)];
      const head = options.registry.get(config.type).create(config.options);
      const fitted = await head.fit(train, { random: options.random.fork(name), signal });
      const scores = scoreEmbeddings(fitted, validation.embeddings);
      const { targets } = validation;
      const thresholds =
        targets.task === 'multi-label' && config.thresholds.tune
          ? tuneHeadThresholds(targets, scores, { metric: config.thresholds.metric, source: 'validation' })
          : undefined;
      evaluations[name] = evaluateScores(targets, scores, thresholds?.tuned);
    }
    return {
      score: score.compute({ evaluations, loss: Number.NaN }),
      figures: toFigures(evaluations),
      report: {},
    };
  };
}

function toFigures(evaluations: Readonly<Record<string, Evaluation>>): Record<string, number> {
  const figures = Object.entries(evaluations).flatMap(([name, evaluation]) =>
    shownFigures.map((figure): [string, unknown] => [`${name}.${figure}`, evaluation[figure]]),
  );
  return Object.fromEntries(figures.filter((entry): entry is [string, number] => typeof entry[1] === 'number'));
}
