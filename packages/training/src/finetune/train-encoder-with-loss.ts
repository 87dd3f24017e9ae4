import type * as tf from '@tensorflow/tfjs-core';
import { prepareTensorFlow } from '@polyhead/losses';
import { createRandomGenerator } from '@polyhead/numerics';
import {
  PolyheadError,
  type JsonObject,
  type RandomGenerator,
  type TokenizerInput,
  type TrainableEncoder,
} from '@polyhead/types';
import { countSteps } from './batches/count-steps.ts';
import { epochBatches } from './batches/epoch-batches.ts';
import { createRounds } from './batches/rounds.ts';
import { digestTexts } from './checkpoints/digest-examples.ts';
import { createTemporaryKeeper, openCheckpoints, type CheckpointOptions } from './checkpoints/keepers.ts';
import { toBatchTexts, toDistinctTexts } from './heads/joint-batches.ts';
import { createObjectiveOptimizer } from './loop/create-optimizer.ts';
import { runTraining, type TrainingRunListeners } from './loop/run-training.ts';
import { bestEpoch, createTrainingState, type EpochRecord, type Judgement } from './loop/training-state.ts';
import type { Objective, TrainingBatch } from './objective/objective.ts';
import { createTensorObjective, toRows, type TensorParameter } from './objective/tensor-objective.ts';
import type { LossCurve } from './progress/loss-curve.ts';
import { batchSizeOf, toOptimizationSettings, type OptimizationInput } from './settings.ts';

/** What a loss of your own is computed from, inside `tf.tidy`. */
export interface EncoderLossInput {
  /** `[rows, dimension]` in the order of `rows`. */
  readonly embeddings: tf.Tensor2D;
  /** The rows of the batch: places in the list of texts. */
  readonly rows: Int32Array;
  /** Your own parameters as they are now. */
  readonly parameters: Readonly<Record<string, tf.Tensor>>;
  /** For dropout and the like; equal seeds give equal results. */
  readonly random: RandomGenerator;
}

/** A job for {@link trainEncoderWithLoss}. */
export interface EncoderLossOptions extends TrainingRunListeners {
  readonly encoder: TrainableEncoder;
  /** One text or pair of texts a row; equal ones of a batch are encoded once. */
  readonly texts: readonly TokenizerInput[];
  /** A scalar in TensorFlow.js operations; its gradient comes by itself. */
  readonly loss: (input: EncoderLossInput) => tf.Tensor;
  /** Trained together with the encoder, in place; every batch's loss must depend on all of them. @default none */
  readonly parameters?: Readonly<Record<string, TensorParameter>> | undefined;
  /**
   * The rows of every batch of an epoch (counted from 1). Must give the same for the same random generator.
   * @default all rows once, in batches of similar length
   */
  readonly batches?: ((epoch: number, random: RandomGenerator) => readonly Int32Array[]) | undefined;
  /** Rows of each source, of which the sampling of the settings chooses. @default one source */
  readonly sources?: readonly Int32Array[] | undefined;
  /**
   * Steps after which the encoder is measured, beside the end of every epoch. What is measured counts as an epoch then: for the
   * choice of the best, for early stopping and in the records. @default only at the end of every epoch
   */
  readonly validateEvery?: number | undefined;
  /** Measures the encoder after every epoch; the parameters with the greatest score are kept. @default the last ones */
  readonly validate?: (() => Promise<Pick<Judgement, 'score'> & Partial<Judgement>>) | undefined;
  readonly settings?: OptimizationInput | undefined;
  /** @default 42 */
  readonly seed?: number | undefined;
  /** `identity` is whatever beside texts, settings and seed decides the numbers, such as labels. @default none */
  readonly checkpoints?: (CheckpointOptions & { readonly identity?: JsonObject | undefined }) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What came of {@link trainEncoderWithLoss}; the encoder and the parameters were changed in place. */
export interface EncoderLossResult {
  readonly epochs: readonly EpochRecord[];
  readonly bestEpoch: number;
  readonly steps: number;
  readonly curve: LossCurve;
}

interface RowBatch extends TrainingBatch {
  readonly rows: Int32Array;
  /** `[rows]`: place of each row's text in `texts`. */
  readonly rowTexts: Int32Array;
}

/**
 * Trains an encoder by a loss of your own on its embeddings.
 * @throws {PolyheadError} TOO_FEW_EXAMPLES, INVALID_ARGUMENT, SHAPE_MISMATCH, TRAINING_DIVERGED, CHECKPOINT_MISMATCH, ABORTED
 */
export async function trainEncoderWithLoss(options: EncoderLossOptions): Promise<EncoderLossResult> {
  const { encoder, seed = 42, signal, onProgress, onStep, onEpoch } = options;
  const settings = toOptimizationSettings(options.settings ?? {});
  const random = createRandomGenerator(seed).fork('encoder loss');
  await prepareTensorFlow();
  const { texts, places } = toDistinctTexts(options.texts);
  const encodings = await encoder.tokenize(texts, { signal, onProgress });
  const lengths = places.map((place) => encodings[place]?.ids.length ?? 0);
  const size = batchSizeOf(settings);
  const sources = options.sources ?? [Int32Array.from(options.texts.keys())];
  const batching = random.fork('batches');
  const batchesOf = (epoch: number): readonly Int32Array[] =>
    options.batches?.(epoch, batching.fork(`epoch ${epoch}`)) ??
    epochBatches(epoch, { lengths, sources, sampling: settings.sampling, size, random: batching });
  const { epochs, steps } = settings;
  const totalSteps = countSteps({
    epochs,
    steps,
    batchesOf,
    constant: options.batches === undefined && 'rows' in size,
  });
  if (totalSteps === 0) throw noRows();
  const rounds = createRounds(batchesOf, assertRound(options.validateEvery ?? Infinity));
  const objective = createLossObjective(options);
  const optimizer = createObjectiveOptimizer(settings, (name) => objective.decays(name));
  const parts = { encoder, objective, optimizer };
  const initial = createTrainingState(totalSteps);
  const open =
    options.checkpoints === undefined
      ? createTemporaryKeeper<RowBatch>(parts, initial)
      : await openCheckpoints<RowBatch>(parts, initial, {
          ...options.checkpoints,
          identity: toIdentity(options, { seed, settings }),
        });
  try {
    const { keeper } = open;
    const toBatch = (rows: Int32Array): RowBatch => ({ rows, ...toBatchTexts(rows, places) });
    const validate = toValidation(options);
    await runTraining<RowBatch>(
      {
        ...parts,
        texts: encodings,
        batchesOf: (round) => rounds.of(round),
        toBatch,
        settings,
        random,
        keeper,
        validate,
        signal,
        onProgress,
        onStep,
        onEpoch,
      },
      open.state,
    );
  } finally {
    await open.close();
  }
  const { epochs: records, step, curve } = open.state;
  return { epochs: records, bestEpoch: bestEpoch(open.state)?.epoch ?? records.length, steps: step, curve };
}

function createLossObjective({ parameters = {}, loss }: EncoderLossOptions): Objective<RowBatch> {
  return createTensorObjective<RowBatch>({
    parameters: new Map(Object.entries(parameters)),
    loss: ({ embeddings, batch, parameters: tensors, random }) => ({
      total: loss({
        embeddings: toRows(embeddings, batch.rowTexts),
        rows: batch.rows,
        parameters: Object.fromEntries(tensors),
        random,
      }),
    }),
  });
}

function assertRound(validateEvery: number): number {
  if (validateEvery >= 1) return validateEvery;
  throw new PolyheadError('INVALID_ARGUMENT', {
    message: `The number of steps between two validations is ${validateEvery}.`,
    remedy: 'Give a whole number from 1.',
    details: { validateEvery },
  });
}

function toValidation({ validate }: EncoderLossOptions): (() => Promise<Judgement>) | undefined {
  if (validate === undefined) return undefined;
  return async () => {
    const { score, figures = {}, report = {} } = await validate();
    return { score, figures, report };
  };
}

/** What decides the numbers of a training. */
function toIdentity(
  { checkpoints, validateEvery, encoder, texts }: EncoderLossOptions,
  known: { readonly seed: number; readonly settings: object },
): JsonObject {
  const digests = { encoder: encoder.description.digest, texts: digestTexts(texts) };
  return JSON.parse(JSON.stringify({ ...checkpoints?.identity, ...known, validateEvery, ...digests })) as JsonObject;
}

function noRows(): PolyheadError {
  return new PolyheadError('TOO_FEW_EXAMPLES', {
    message: 'There are no texts to train on.',
    remedy: 'Pass some texts.',
  });
}
