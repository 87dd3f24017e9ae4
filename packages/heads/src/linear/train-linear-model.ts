import { setImmediate as nextTurn } from 'node:timers/promises';
import { createPlateauSchedule, type PlateauSchedule } from '@polyhead/numerics';
import {
  assertNotAborted,
  PolyheadError,
  type HistoryEntry,
  type LongOperationOptions,
  type Matrix,
  type Targets,
} from '@polyhead/types';
import type { BatchMaker } from './batches.ts';
import { createEarlyStopping } from './early-stopping.ts';
import type { LinearModel, LinearParameters } from './linear-model.ts';
import type { LinearOptions } from './linear-options.ts';
import type { TrainingTargets } from './training-task.ts';
import { decisionFigures } from './validation-figures.ts';

/** Examples that training is judged by. */
export interface ValidationExamples {
  readonly embeddings: Matrix;
  readonly targets: Targets;
  readonly trainingTargets: TrainingTargets;
  readonly weights: Float32Array | undefined;
}

/** What {@link trainLinearModel} works with. */
export interface TrainingSetup extends LongOperationOptions {
  readonly model: LinearModel;
  readonly batches: BatchMaker;
  readonly validation: ValidationExamples | undefined;
  readonly options: LinearOptions;
}

/** Where training ended. */
export interface TrainingResult {
  /** Those of the best epoch on validation data; those of the last one without validation data. */
  readonly parameters: LinearParameters;
  /** The epoch that they come from, counted from 1. */
  readonly epoch: number;
  readonly history: readonly HistoryEntry[];
}

/** Work between two turns of the event loop, in milliseconds. */
const turnTime = 50;

/**
 * Trains for up to `epochs`, lowers the learning rate when the watched loss stops falling and ends when it has not fallen for
 * longer. The watched loss is the validation loss if there is validation data, else the training loss.
 * @throws {PolyheadError} ABORTED, NOT_FINITE
 */
export async function trainLinearModel(setup: TrainingSetup): Promise<TrainingResult> {
  const { model, validation, options } = setup;
  const schedule = createSchedule(options);
  const stopping = createEarlyStopping(options.earlyStoppingPatience);
  const history: HistoryEntry[] = [];
  let best = { loss: Infinity, epoch: 0, parameters: copyParameters(model.parameters) };
  for (let epoch = 1; epoch <= options.epochs; epoch += 1) {
    const learningRate = schedule.learningRate(epoch);
    const trainingLoss = await trainEpoch(setup, epoch, learningRate);
    const judged = validation === undefined ? undefined : judge(model, validation, epoch);
    const figures = { training_loss: trainingLoss, ...judged, learning_rate: learningRate };
    history.push({ epoch, figures });
    setup.onProgress?.({ phase: 'fitting', done: epoch, total: options.epochs, unit: 'epochs', figures });

    const watched = judged?.validation_loss ?? trainingLoss;
    schedule.observe(watched);
    if (watched < best.loss) best = { loss: watched, epoch, parameters: copyParameters(model.parameters) };
    if (stopping.shouldStop(watched)) break;
  }
  if (validation !== undefined) return { parameters: best.parameters, epoch: best.epoch, history };
  return { parameters: model.parameters, epoch: history.length, history };
}

function createSchedule(options: LinearOptions): PlateauSchedule {
  return createPlateauSchedule({
    baseRate: options.learningRate,
    factor: options.plateauFactor,
    patience: options.plateauPatience,
    minimumRate: options.minimumLearningRate,
  });
}

/** One pass over the examples; returns the mean of the losses before each step. */
async function trainEpoch(
  { model, batches, signal }: TrainingSetup,
  epoch: number,
  learningRate: number,
): Promise<number> {
  let sum = 0;
  let rows = 0;
  let turnStart = performance.now();
  for (const batch of batches.epoch()) {
    const loss = model.step(batch, learningRate);
    if (!Number.isFinite(loss)) throw notFinite('training', epoch, learningRate);
    sum += loss * batch.rows;
    rows += batch.rows;
    if (performance.now() - turnStart > turnTime) {
      await nextTurn();
      assertNotAborted(signal);
      turnStart = performance.now();
    }
  }
  await nextTurn();
  assertNotAborted(signal);
  return sum / rows;
}

interface Judgement {
  readonly [figure: string]: number;
  readonly validation_loss: number;
}

function judge(model: LinearModel, validation: ValidationExamples, epoch: number): Judgement {
  const logits = model.logits(validation.embeddings);
  const loss = model.lossOf(logits, validation.trainingTargets, validation.weights);
  if (!Number.isFinite(loss)) throw notFinite('validation', epoch);
  return { validation_loss: loss, ...decisionFigures(validation.targets, logits) };
}

function copyParameters({ weights, bias }: LinearParameters): LinearParameters {
  return { weights: weights.slice(), bias: bias.slice() };
}

function notFinite(which: string, epoch: number, learningRate?: number): PolyheadError {
  const rate = learningRate === undefined ? '' : ` at a learning rate of ${learningRate}`;
  return new PolyheadError('NOT_FINITE', {
    message: `The ${which} loss of the linear head is not a finite number in epoch ${epoch}${rate}.`,
    remedy: 'Lower learningRate (to a tenth, for instance), or use the optimizer adamw.',
    details: { epoch },
  });
}
