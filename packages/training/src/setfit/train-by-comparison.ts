import { createEmbeddingLoss } from '@polyhead/losses';
import { createRandomGenerator } from '@polyhead/numerics';
import type * as tf from '@tensorflow/tfjs-core';
import { PolyheadError, type EmbeddingBatchShape, type JsonObject, type TrainableEncoder } from '@polyhead/types';
import type { CheckpointOptions } from '../finetune/checkpoints/keepers.ts';
import type { TrainingRunListeners } from '../finetune/loop/run-training.ts';
import {
  trainEncoderWithLoss,
  type EncoderLossOptions,
  type EncoderLossResult,
} from '../finetune/train-encoder-with-loss.ts';
import type { ContrastiveSource } from './sources/contrastive-source.ts';
import { plannedBatches } from './planned-batches.ts';
import { toOptimization, type EmbeddingPhase } from './settings.ts';

/** How an encoder is trained by comparing texts, whatever they are compared by. */
export interface ContrastiveTraining extends TrainingRunListeners {
  readonly encoder: TrainableEncoder;
  /**
   * Measures the encoder several times in the course of the phase; the parameters with the greatest score are kept.
   * @default the last ones are kept
   */
  readonly validate?: EncoderLossOptions['validate'];
  /** @default 42 */
  readonly seed?: number | undefined;
  /** `identity` is what beside texts and settings decides the numbers, such as labels. @default none */
  readonly checkpoints?: (CheckpointOptions & { readonly identity?: JsonObject | undefined }) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Where the batches of a training come from. */
export interface ContrastiveData {
  /** Made for the loss of the phase. */
  readonly source: ContrastiveSource<EmbeddingBatchShape>;
  readonly phase: EmbeddingPhase;
  /** Steps where the phase names neither steps nor epochs. @param batches of one pass */
  readonly chooseSteps: (batches: number) => number;
}

/**
 * Trains an encoder on batches of texts that are compared with each other. The encoder is changed in place.
 * @throws {PolyheadError} TOO_FEW_EXAMPLES, INVALID_ARGUMENT, TRAINING_DIVERGED, CHECKPOINT_NOT_FOUND, CHECKPOINT_MISMATCH,
 * ABORTED
 */
export async function trainByComparison(
  { source, phase, chooseSteps }: ContrastiveData,
  options: ContrastiveTraining,
): Promise<EncoderLossResult> {
  const { encoder, validate, seed = 42, checkpoints, signal, onProgress, onStep, onEpoch } = options;
  const computeLoss = toRowLoss(phase.loss, source);
  const random = createRandomGenerator(seed).fork('contrastive batches');
  const totalSteps = phase.steps ?? countSteps({ source, phase, chooseSteps });
  const parts = validate === undefined ? 1 : Math.min(phase.evaluations, totalSteps);
  return trainEncoderWithLoss({
    ...{ encoder, validate, seed, signal, onProgress, onStep, onEpoch },
    texts: source.texts,
    batches: (part) => plannedBatches(part, { source, totalSteps, parts, random }),
    loss: ({ embeddings, rows }) => computeLoss(embeddings, rows),
    settings: { ...toOptimization(phase), epochs: parts, steps: totalSteps },
    // Such training is short, so checkpoints are written by steps only.
    checkpoints:
      checkpoints === undefined
        ? undefined
        : { ...checkpoints, atEpochs: false, identity: toIdentity(checkpoints, phase) },
  });
}

/** A loss of the rows of a batch. It sees the kind of batch that it declares, since the source is made for that kind. */
function toRowLoss(
  config: EmbeddingPhase['loss'],
  source: ContrastiveData['source'],
): (embeddings: tf.Tensor2D, rows: Int32Array) => tf.Tensor {
  const loss = createEmbeddingLoss(config) as { compute(embeddings: tf.Tensor, batch: unknown): tf.Tensor };
  return (embeddings, rows) => loss.compute(embeddings, source.toBatch(rows));
}

function countSteps({ source, phase, chooseSteps }: ContrastiveData): number {
  const batches = source.batchesOf(1, createRandomGenerator(0)).length;
  if (batches === 0) {
    throw new PolyheadError('TOO_FEW_EXAMPLES', {
      message: 'The examples hold nothing that could be compared.',
      remedy: 'Give at least two texts of each of two labels.',
    });
  }
  return phase.epochs === undefined ? chooseSteps(batches) : phase.epochs * batches;
}

function toIdentity(
  { identity }: NonNullable<ContrastiveTraining['checkpoints']>,
  { loss, sampling, evaluations }: EmbeddingPhase,
): JsonObject {
  return JSON.parse(JSON.stringify({ ...identity, loss, sampling, evaluations })) as JsonObject;
}
