import { createEmbeddingLoss } from '@polyhead/losses';
import type { JsonObject, LabeledTexts } from '@polyhead/types';
import { digestTargets } from '../finetune/checkpoints/digest-examples.ts';
import type { EncoderLossResult } from '../finetune/train-encoder-with-loss.ts';
import { chooseSteps } from './choose-steps.ts';
import { createContrastiveSource } from './sources/create-contrastive-source.ts';
import type { OwnExamples } from './own-examples.ts';
import { completeEmbeddingPhase, type EmbeddingPhaseInput } from './settings.ts';
import { trainByComparison, type ContrastiveTraining } from './train-by-comparison.ts';

/** A job for {@link trainBody}. */
export interface TrainBodyOptions extends ContrastiveTraining {
  /** Texts with labels, head by head: texts of one head are compared with each other only. */
  readonly examples: readonly LabeledTexts[];
  /** Pairs or triplets of your own, beside those that are drawn from the examples. */
  readonly own?: OwnExamples | undefined;
  readonly phase?: EmbeddingPhaseInput | undefined;
}

/**
 * SetFit's embedding phase (Tunstall et al. 2022, "Efficient Few-Shot Learning Without Prompts"): the encoder learns to put
 * texts with the same label near each other and others apart. The encoder is changed in place.
 * @throws {PolyheadError} INVALID_ARGUMENT, TOO_FEW_EXAMPLES, TASK_UNSUPPORTED, TRAINING_DIVERGED, CHECKPOINT_NOT_FOUND,
 * CHECKPOINT_MISMATCH, ABORTED
 */
export async function trainBody({
  examples,
  own,
  phase: input,
  ...training
}: TrainBodyOptions): Promise<EncoderLossResult> {
  const phase = completeEmbeddingPhase(input ?? {});
  const { batchShape } = createEmbeddingLoss(phase.loss);
  const { checkpoints } = training;
  return trainByComparison(
    {
      source: createContrastiveSource(batchShape, { examples, own, phase }),
      phase,
      chooseSteps: (batches) => chooseSteps(phase, { batches, examples }),
    },
    {
      ...training,
      checkpoints:
        checkpoints === undefined
          ? undefined
          : { ...checkpoints, identity: { ...checkpoints.identity, ...toIdentity(examples, own) } },
    },
  );
}

function toIdentity(examples: readonly LabeledTexts[], own: OwnExamples | undefined): JsonObject {
  const targets = examples.map((part) => digestTargets(part.targets));
  return JSON.parse(JSON.stringify({ targets, own: own ?? null })) as JsonObject;
}
