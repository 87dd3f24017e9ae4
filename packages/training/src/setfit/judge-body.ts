import type { HeadTypeRegistry } from '@polyhead/heads';
import type { LongOperationOptions, RandomGenerator, TrainableEncoder } from '@polyhead/types';
import { createTextEmbeddings } from '../data/text-embeddings.ts';
import type { Judgement } from '../finetune/loop/training-state.ts';
import { assertWatchable } from '../finetune/validation/assert-watchable.ts';
import { createWatchedScore, worstScore } from '../finetune/validation/watched-score.ts';
import type { Evaluation } from '../heads/evaluate-scores.ts';
import { trainHead } from '../heads/train-head.ts';
import { Stopwatch } from '../stopwatch.ts';
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
 * @throws {PolyheadError} INVALID_ARGUMENT for a metric that the heads do not have, or not on these rows
 */
export async function createBodyJudge(options: BodyJudgeOptions): Promise<(() => Promise<Judgement>) | undefined> {
  const { encoder, registry, random, signal } = options;
  const judged = options.heads.filter(({ data }) => data.validation !== undefined);
  if (judged.length === 0) return undefined;
  const tasks = Object.fromEntries(judged.map(({ name, data }) => [name, data.train.targets.task]));
  const score = createWatchedScore(options.metric, tasks);
  const truth = judged.flatMap(({ name, data: { validation } }) =>
    validation === undefined ? [] : [{ name, targets: validation.targets }],
  );
  assertWatchable(options.metric, score, truth);
  const texts = [...new Set(judged.flatMap(({ data }) => [...data.train.texts, ...(data.validation?.texts ?? [])]))];
  const encodings = await encoder.tokenize(texts, { signal });
  const truncated = Uint8Array.from(encodings, (encoding) => (encoding.truncated ? 1 : 0));
  const context = { registry, random, stopwatch: new Stopwatch(), listeners: {}, signal };
  return async () => {
    const embeddings = createTextEmbeddings(texts, await encoder.encode(encodings, { signal }), truncated);
    const evaluations: Record<string, Evaluation> = {};
    for (const head of judged) {
      const data = { ...head.data, test: undefined };
      const { validation } = (await trainHead({ ...head, data, embeddings }, context)).evaluations;
      if (validation !== undefined) evaluations[head.name] = validation;
    }
    return {
      score: score.compute({ evaluations, loss: Number.NaN }) ?? worstScore,
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
