import {
  assertNotAborted,
  hasErrorCode,
  PolyheadError,
  type Encoding,
  type ProgressListener,
  type RandomGenerator,
} from '@polyhead/types';
import type { TrainingBatch } from '../objective/objective.ts';
import { addToCurve } from '../progress/loss-curve.ts';
import { addToMeans, emptyMeans, toMeans } from '../progress/running-means.ts';
import { createRecentSteps, type RecentSteps } from '../progress/recent-steps.ts';
import type { OptimizationSettings } from '../settings.ts';
import { createLearningRates, type LearningRates } from './learning-rates.ts';
import { bestEpoch, type EpochRecord, type Judgement, type TrainingState } from './training-state.ts';
import { trainStep, type StepResult, type TrainingParts } from './training-step.ts';

/** What those who watch training hear. Listeners must be quick and must not throw. */
export interface TrainingRunListeners {
  readonly onProgress?: ProgressListener | undefined;
  /** After every step; `step` counts from 1, the state is live. */
  readonly onStep?: ((step: number, result: StepResult, state: Readonly<TrainingState>) => void) | undefined;
  /** After every epoch, with its validation figures. */
  readonly onEpoch?: ((record: EpochRecord) => void) | undefined;
}

/** Where training keeps what must not be lost. */
export interface TrainingKeeper {
  /** Steps between two checkpoints. */
  readonly everySteps: number;
  /** Whether there is one after every epoch too. */
  readonly atEpochs: boolean;
  /** Keeps everything that going on needs. */
  saveCheckpoint(state: TrainingState): Promise<void>;
  /** Keeps the parameters as the best so far. */
  saveBest(state: TrainingState): Promise<void>;
  /** Brings the best parameters back. */
  restoreBest(): Promise<void>;
}

/** A training and everything that takes part in it. */
export interface TrainingRun<Batch extends TrainingBatch> extends TrainingParts<Batch>, TrainingRunListeners {
  /** All distinct texts that batches point at. */
  readonly texts: readonly Encoding[];
  /** The rows of the batches of an epoch, counted from 1. Must give the same every time. */
  readonly batchesOf: (epoch: number) => readonly Int32Array[];
  readonly toBatch: (rows: Int32Array) => Batch;
  readonly settings: OptimizationSettings;
  readonly random: RandomGenerator;
  /** Measures the parameters as they are; without it all epochs are run and the last parameters stay. */
  readonly validate?: (() => Promise<Judgement>) | undefined;
  readonly keeper: TrainingKeeper;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Trains from `state` on to the end: steps, and after every epoch validation, the choice of the best parameters, early
 * stopping and a checkpoint. At the end the parameters are the best ones. Going on from a checkpoint gives the very numbers
 * that going through would have given, since everything random follows from the seed and the number of the step.
 * @param state changed in place
 * @throws {PolyheadError} TOO_FEW_EXAMPLES for an epoch without batches; TRAINING_DIVERGED; ABORTED after a checkpoint was
 * written
 */
export async function runTraining<Batch extends TrainingBatch>(
  run: TrainingRun<Batch>,
  state: TrainingState,
): Promise<void> {
  const rates = createLearningRates(run.settings, state.totalSteps);
  for (const record of state.epochs) rates.observe(scoreOf(record));
  const recent = createRecentSteps();
  while (!state.finished) {
    await trainEpoch(run, state, { rates, recent });
    await finishEpoch(run, state, rates);
  }
  if (bestEpoch(state) !== undefined && bestEpoch(state) !== state.epochs.at(-1)) await run.keeper.restoreBest();
}

function scoreOf({ validation, training }: EpochRecord): number {
  return validation?.score ?? -(training['loss'] ?? 0);
}

interface Tools {
  readonly rates: LearningRates;
  readonly recent: RecentSteps;
}

async function trainEpoch<Batch extends TrainingBatch>(
  run: TrainingRun<Batch>,
  state: TrainingState,
  { rates, recent }: Tools,
): Promise<void> {
  const { keeper, texts, toBatch, settings, random } = run;
  const batches = run.batchesOf(state.epoch);
  assertBatches(batches, state);
  recent.skip();
  while (state.stepInEpoch < batches.length && state.step < state.totalSteps) {
    await stopIfAborted(run, state);
    const batch = toBatch(batches[state.stepInEpoch] ?? new Int32Array(0));
    const learningRates = rates.at(state.step);
    const step = state.step + 1;
    const chosen = Array.from(batch.texts, (place) => texts[place]).filter((text) => text !== undefined);
    const result = await trainStep(
      run,
      { batch, texts: chosen },
      { step, learningRates, gradientClip: settings.gradientClip, random: random.fork(`step ${step}`) },
    );
    state.step = step;
    state.stepInEpoch += 1;
    note(run, state, { result, learningRate: learningRates.encoder, recent });
    if (step % keeper.everySteps === 0 && state.stepInEpoch < batches.length) await keeper.saveCheckpoint(state);
  }
}

/** An epoch without batches would go on for ever where a number of steps is asked for. */
function assertBatches(batches: readonly Int32Array[], { epoch, step, totalSteps }: TrainingState): void {
  if (batches.length > 0) return;
  throw new PolyheadError('TOO_FEW_EXAMPLES', {
    message: `There is nothing to train on in epoch ${epoch}, after ${step} of ${totalSteps} steps.`,
    remedy: 'Pass more examples, or fewer steps.',
    details: { epoch, step, totalSteps },
  });
}

function note<Batch extends TrainingBatch>(
  run: TrainingRun<Batch>,
  state: TrainingState,
  { result, learningRate, recent }: { result: StepResult; learningRate: number; recent: RecentSteps },
): void {
  const { loss, parts, gradientNorm } = result;
  const figures = { loss, ...prefixed(parts), learning_rate: learningRate, gradient_norm: gradientNorm };
  addToMeans(state.means, figures);
  addToCurve(state.curve, state.step, figures);
  run.onStep?.(state.step, result, state);
  recent.add(result);
  run.onProgress?.({
    phase: 'training',
    done: state.step,
    total: state.totalSteps,
    unit: 'steps',
    figures: {
      loss: recent.loss(),
      tokens_per_second: recent.tokensPerSecond(),
      seconds_left: recent.secondsPerStep() * (state.totalSteps - state.step),
      learning_rate: learningRate,
      epoch: state.epoch,
    },
  });
}

/** Losses of parts are kept apart from figures about all. */
function prefixed(parts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(parts).map(([name, loss]) => [`loss ${name}`, loss]));
}

async function finishEpoch<Batch extends TrainingBatch>(
  run: TrainingRun<Batch>,
  state: TrainingState,
  rates: LearningRates,
): Promise<void> {
  const { keeper } = run;
  await stopIfAborted(run, state);
  const validation = await validate(run, state);
  const record: EpochRecord = { epoch: state.epoch, step: state.step, training: toMeans(state.means), validation };
  state.epochs.push(record);
  state.epoch += 1;
  state.stepInEpoch = 0;
  state.means = emptyMeans();
  rates.observe(scoreOf(record));
  const best = bestEpoch(state);
  if (best === record) await keeper.saveBest(state);
  const { patience } = run.settings.earlyStopping;
  const waited = best === undefined ? 0 : record.epoch - best.epoch;
  state.finished = state.step >= state.totalSteps || (patience > 0 && waited >= patience);
  run.onEpoch?.(record);
  if (keeper.atEpochs || state.step % keeper.everySteps === 0) await keeper.saveCheckpoint(state);
}

async function validate<Batch extends TrainingBatch>(
  run: TrainingRun<Batch>,
  state: TrainingState,
): Promise<Judgement | undefined> {
  try {
    return await run.validate?.();
  } catch (error) {
    if (hasErrorCode(error, 'ABORTED')) await run.keeper.saveCheckpoint(state);
    if (!hasErrorCode(error, 'TRAINING_DIVERGED')) throw error;
    const learningRate = state.means.sums['learning_rate'] ?? 0;
    throw new PolyheadError(error.code, {
      message: `After step ${state.step}: ${error.message}`,
      details: { ...error.details, step: state.step, learningRate: learningRate / Math.max(1, state.stepInEpoch) },
      cause: error,
    });
  }
}

async function stopIfAborted<Batch extends TrainingBatch>(
  { signal, keeper }: TrainingRun<Batch>,
  state: TrainingState,
): Promise<void> {
  if (signal?.aborted !== true) return;
  await keeper.saveCheckpoint(state);
  assertNotAborted(signal);
}
