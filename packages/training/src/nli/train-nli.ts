import { sha256 } from '@polyhead/files';
import type { SingleLabelEvaluation } from '@polyhead/metrics';
import type { Encoding, JsonObject, TrainableEncoder } from '@polyhead/types';
import type { CheckpointOptions } from '../finetune/checkpoints/keepers.ts';
import type { TrainingRunListeners } from '../finetune/loop/run-training.ts';
import type { Judgement } from '../finetune/loop/training-state.ts';
import type { OptimizationInput } from '../finetune/settings.ts';
import { trainEncoderWithLoss, type EncoderLossResult } from '../finetune/train-encoder-with-loss.ts';
import { evaluatePairs, toJudgement } from './judge-nli.ts';
import { anyButEntailment, encodeExamples, type NliExamples } from './nli-examples.ts';
import { createNliLoss } from './nli-loss.ts';

/** A classifier of pairs that learns, such as one of `loadTrainableClassifier`. */
export interface TrainablePairClassifier extends TrainableEncoder {
  /** Names of its outputs. */
  readonly labels: readonly string[];
}

/** A job for {@link trainNli}. */
export interface TrainNliOptions extends TrainingRunListeners {
  readonly classifier: TrainablePairClassifier;
  /** One set a source; which of them a batch is drawn from is decided by the sampling of the settings. */
  readonly train: readonly NliExamples[];
  /** The parameters with the best mean macro F1 over these sets are kept. @default the last ones */
  readonly validation?: readonly NliExamples[] | undefined;
  readonly settings?: OptimizationInput | undefined;
  /** Steps after which the model is measured, beside the end of every epoch. @default only then */
  readonly validateEvery?: number | undefined;
  /** @default 42 */
  readonly seed?: number | undefined;
  /** `identity` is whatever beside pairs, settings and seed decides the numbers. */
  readonly checkpoints?: (CheckpointOptions & { readonly identity?: JsonObject | undefined }) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Trains a classifier to tell what a premise says about a hypothesis, by softmax cross-entropy. It is changed in place. Pairs
 * that are only known not to be entailment teach a classifier with three outputs that it is one of the two others.
 * @throws {PolyheadError} TOO_FEW_EXAMPLES, INVALID_ARGUMENT, TEXT_TOO_LONG, TRAINING_DIVERGED, CHECKPOINT_MISMATCH, ABORTED
 */
export async function trainNli(options: TrainNliOptions): Promise<EncoderLossResult> {
  const { classifier, settings, validateEvery, seed, signal, onProgress, onStep, onEpoch } = options;
  const sets = options.train.map(({ pairs }) => encodeExamples(pairs, classifier.labels));
  const texts = sets.flatMap((set) => set.texts);
  const classes = Int32Array.from(sets.flatMap((set) => [...set.classes]));
  const loss = createNliLoss(classifier.labels);
  return trainEncoderWithLoss({
    ...{ encoder: classifier, texts, settings, validateEvery, seed, signal, onProgress, onStep, onEpoch },
    sources: toSources(sets.map((set) => set.texts.length)),
    loss: ({ embeddings, rows }) =>
      loss(
        embeddings,
        Int32Array.from(rows, (row) => classes[row] ?? anyButEntailment),
      ),
    validate: await createValidation(options),
    checkpoints:
      options.checkpoints === undefined
        ? undefined
        : {
            ...options.checkpoints,
            identity: { ...options.checkpoints.identity, classes: sha256(new Uint8Array(classes.buffer)) },
          },
  });
}

/** Row numbers of sets that lie one after the other. */
function toSources(sizes: readonly number[]): Int32Array[] {
  let next = 0;
  return sizes.map((size) => Int32Array.from({ length: size }, () => next++));
}

/** Tokenises the validation pairs once. Sets without pairs that count are left out. */
async function createValidation({
  classifier,
  validation = [],
  signal,
  onProgress,
}: TrainNliOptions): Promise<(() => Promise<Judgement>) | undefined> {
  const { labels } = classifier;
  const sets: { readonly name: string; readonly classes: Int32Array; readonly encodings: readonly Encoding[] }[] = [];
  for (const { name, pairs } of validation) {
    const { texts, classes } = encodeExamples(pairs, labels);
    if (texts.length > 0) sets.push({ name, classes, encodings: await classifier.tokenize(texts, { signal }) });
  }
  if (sets.length === 0) return undefined;
  return async () => {
    const evaluations: Record<string, SingleLabelEvaluation> = {};
    for (const { name, classes, encodings } of sets) {
      const logits = await classifier.encode(encodings, { signal, onProgress });
      evaluations[name] = evaluatePairs(labels, classes, logits);
    }
    return toJudgement(evaluations);
  };
}
