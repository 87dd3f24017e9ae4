import {
  assertNotAborted,
  PolyheadError,
  type Encoding,
  type LongOperationOptions,
  type RandomGenerator,
  type TrainableEncoder,
} from '@polyhead/types';
import { countSteps } from './batches/count-steps.ts';
import { epochBatches } from './batches/epoch-batches.ts';
import { createJointBatchMaker, toDistinctTexts, type JointBatchMaker } from './heads/joint-batches.ts';
import type { JointExamples } from './heads/joint-examples.ts';
import type { JointHead } from './heads/joint-head.ts';
import { createObjectiveOptimizer } from './loop/create-optimizer.ts';
import type { TrainingParts } from './loop/training-step.ts';
import { createJointObjective, type JointBatch } from './objective/joint-objective.ts';
import type { WeightedBy } from './objective/task-weights.ts';
import { batchSizeOf, type OptimizationSettings } from './settings.ts';

/** Examples with their ids, made once. */
export interface TokenizedExamples {
  readonly examples: JointExamples;
  /** Distinct texts. */
  readonly encodings: readonly Encoding[];
  /** `[rows]`: place of each row's text among the distinct ones. */
  readonly places: Int32Array;
}

/** Tokenizes every distinct text once. */
export async function tokenizeExamples(
  encoder: TrainableEncoder,
  examples: JointExamples,
  options: LongOperationOptions,
): Promise<TokenizedExamples> {
  assertNotAborted(options.signal);
  const { texts, places } = toDistinctTexts(examples.texts);
  return { examples, places, encodings: await encoder.tokenize(texts, options) };
}

/** What heads are trained with. */
export interface JointTrainingOptions {
  readonly encoder: TrainableEncoder;
  readonly train: TokenizedExamples;
  readonly heads: readonly JointHead[];
  readonly weightedBy: WeightedBy;
  readonly settings: OptimizationSettings;
  readonly random: RandomGenerator;
}

/** Everything that a training of heads consists of. */
export interface JointTraining {
  readonly parts: TrainingParts<JointBatch>;
  readonly batchesOf: (epoch: number) => readonly Int32Array[];
  readonly toBatch: JointBatchMaker['toBatch'];
  readonly totalSteps: number;
}

/**
 * Puts a training of heads together.
 * @throws {PolyheadError} TOO_FEW_EXAMPLES if no row has a target
 */
export function createJointTraining(options: JointTrainingOptions): JointTraining {
  const { encoder, train, heads, weightedBy, settings, random } = options;
  const maker = createJointBatchMaker(train.examples, train.places, heads);
  const lengths = train.places.map((place) => train.encodings[place]?.ids.length ?? 0);
  const size = batchSizeOf(settings);
  const batchesOf = (epoch: number): Int32Array[] =>
    epochBatches(epoch, {
      lengths,
      sources: maker.sources,
      sampling: settings.sampling,
      size,
      random: random.fork('batches'),
    });
  const constant = 'rows' in size;
  const totalSteps = countSteps({ epochs: settings.epochs, steps: settings.steps, batchesOf, constant });
  if (totalSteps === 0) {
    throw new PolyheadError('TOO_FEW_EXAMPLES', {
      message: 'No training row has a target.',
      remedy: 'Pass some rows.',
    });
  }
  const objective = createJointObjective({ heads, weightedBy, dropout: settings.dropout });
  const optimizer = createObjectiveOptimizer(settings, (name) => objective.decays(name));
  return { parts: { encoder, objective, optimizer }, batchesOf, toBatch: (rows) => maker.toBatch(rows), totalSteps };
}
