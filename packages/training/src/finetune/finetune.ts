import { createRandomGenerator } from '@polyhead/numerics';
import { type FittedHead, type HistoryEntry, type JsonObject, type Task, type TrainableEncoder } from '@polyhead/types';
import type { ThresholdMetric } from '../config/training-config.ts';
import {
  createTemporaryKeeper,
  openCheckpoints,
  type CheckpointOptions,
  type OpenKeeper,
} from './checkpoints/keepers.ts';
import { digestExamples } from './checkpoints/digest-examples.ts';
import { findTaskWeights } from './find-task-weights.ts';
import { assertHeadLogits } from './heads/assert-head-logits.ts';
import { assertHeadExamples, createJointHeads } from './heads/create-joint-heads.ts';
import type { JointHeadSettings } from './heads/head-settings.ts';
import { rowsOf, type JointExamples } from './heads/joint-examples.ts';
import { toFittedHead, type JointHead } from './heads/joint-head.ts';
import { createJointTraining, tokenizeExamples, type JointTraining, type TokenizedExamples } from './joint-training.ts';
import { runTraining, type TrainingRunListeners } from './loop/run-training.ts';
import { bestEpoch, createTrainingState, type EpochRecord, type TrainingState } from './loop/training-state.ts';
import type { JointBatch } from './objective/joint-objective.ts';
import { weightAt } from './objective/task-weights.ts';
import type { LossCurve } from './progress/loss-curve.ts';
import {
  toOptimizationSettings,
  type OptimizationInput,
  type OptimizationSettings,
  type TaskWeighting,
} from './settings.ts';
import { assertWatchable, type JudgedHead } from './validation/assert-watchable.ts';
import { validateHeads, type ValidationRows } from './validation/validate-heads.ts';
import { createWatchedScore } from './validation/watched-score.ts';

/** How one head is trained and judged. */
export interface FinetuneHeadOptions extends JointHeadSettings {
  /** What the thresholds of a multi-label head maximise on the validation rows of each epoch; `none` cuts at 0.5. @default 'f1' */
  readonly thresholds?: ThresholdMetric | 'none' | undefined;
}

/** A job for {@link finetune}. */
export interface FinetuneOptions extends TrainingRunListeners {
  readonly encoder: TrainableEncoder;
  readonly train: JointExamples;
  /** For early stopping and the choice of the best epoch. Has the labels of `train`. */
  readonly validation?: JointExamples | undefined;
  /** By head. @default the defaults for every head of `train` */
  readonly heads?: Readonly<Record<string, FinetuneHeadOptions>> | undefined;
  /** @default 'given' */
  readonly weighting?: TaskWeighting | undefined;
  readonly settings?: OptimizationInput | undefined;
  /** @default 42 */
  readonly seed?: number | undefined;
  /** Written so that training can go on after a break. @default none */
  readonly checkpoints?: (CheckpointOptions & { readonly identity?: JsonObject | undefined }) | undefined;
  /** Stops between two steps, after a checkpoint. */
  readonly signal?: AbortSignal | undefined;
}

/** What came of {@link finetune}. The encoder has the parameters that belong to these heads. */
export interface FinetuneResult {
  /** By name, as `linear` heads. */
  readonly heads: Readonly<Record<string, FittedHead>>;
  readonly epochs: readonly EpochRecord[];
  /** The epoch whose parameters were kept; the last one without validation rows. */
  readonly bestEpoch: number;
  readonly steps: number;
  readonly curve: LossCurve;
  /** What each head's loss counted in the end. */
  readonly weights: Readonly<Record<string, number>>;
  readonly counts: { readonly distinctTexts: number; readonly truncatedTexts: number };
}

/**
 * Trains an encoder and heads on it together. The loss is the weighted sum of the heads' losses, each the mean over the rows
 * of a batch that have its target; each distinct text of a batch is encoded once, whichever heads it belongs to.
 * @throws {PolyheadError} TOO_FEW_EXAMPLES, TOO_FEW_CLASSES, SHAPE_MISMATCH, INVALID_ARGUMENT, TASK_UNSUPPORTED,
 * TRAINING_DIVERGED, CHECKPOINT_NOT_FOUND, CHECKPOINT_MISMATCH, ABORTED
 */
export async function finetune(options: FinetuneOptions): Promise<FinetuneResult> {
  const { encoder, weighting = 'given', signal, onProgress } = options;
  const settings = toOptimizationSettings(options.settings ?? {});
  const random = createRandomGenerator(options.seed ?? 42).fork('finetune');
  assertHeadExamples(options.train, options.validation);
  const heads = createJointHeads(options.train, {
    settings: options.heads ?? {},
    dimension: encoder.description.dimension,
    weighting,
    random,
  });
  const { metric } = settings.earlyStopping;
  const score = createWatchedScore(metric, toJudgedTasks(heads, options.validation));
  assertWatchable(metric, score, toJudgedHeads(options.validation));
  await assertHeadLogits(heads);
  const train = await tokenizeExamples(encoder, options.train, { signal, onProgress });
  const validation =
    options.validation === undefined
      ? undefined
      : await tokenizeExamples(encoder, options.validation, { signal, onProgress });
  const weightedBy = weighting === 'uncertainty' ? 'uncertainty' : 'weights';
  const training = createJointTraining({ encoder, train, heads, weightedBy, settings, random });
  if ((weighting === 'converged' || weighting === 'balanced') && options.checkpoints?.resume !== true) {
    const weights = await findTaskWeights({ weighting, encoder, train, heads, settings, random, signal, onProgress });
    for (const head of heads) head.weight[0] = weights[head.name] ?? 1;
  }
  const open = await openKeeper(training, options, { settings, train, validation });
  try {
    const rows = validation === undefined ? [] : toValidationRows(heads, validation, options);
    const texts = validation?.encodings ?? [];
    await runTraining(
      {
        ...training.parts,
        ...training,
        ...pickListeners(options),
        texts: train.encodings,
        settings,
        random,
        keeper: open.keeper,
        signal,
        validate:
          rows.length === 0 ? undefined : () => validateHeads({ encoder, texts, rows, score, signal, onProgress }),
      },
      open.state,
    );
  } finally {
    await open.close();
  }
  return toResult(heads, open.state, { training, train, validation });
}

/** Only heads with validation rows can be watched; without any, the metric is still checked. */
function toJudgedTasks(heads: readonly JointHead[], validation: JointExamples | undefined): Record<string, Task> {
  const judged = heads.filter(({ name }) => validation !== undefined && rowsOf(validation, name).length > 0);
  return Object.fromEntries((judged.length === 0 ? heads : judged).map(({ name, task }) => [name, task]));
}

function toJudgedHeads(validation: JointExamples | undefined): JudgedHead[] {
  if (validation === undefined) return [];
  const heads = Object.entries(validation.heads).filter(([name]) => rowsOf(validation, name).length > 0);
  return heads.map(([name, { targets }]) => ({ name, targets }));
}

function pickListeners({ onProgress, onStep, onEpoch }: TrainingRunListeners): TrainingRunListeners {
  return { onProgress, onStep, onEpoch };
}

async function openKeeper(
  { parts, totalSteps }: JointTraining,
  options: FinetuneOptions,
  prepared: Prepared & { readonly settings: OptimizationSettings },
): Promise<OpenKeeper> {
  const initial = createTrainingState(totalSteps);
  const { checkpoints } = options;
  if (checkpoints === undefined) return createTemporaryKeeper<JointBatch>(parts, initial);
  return openCheckpoints<JointBatch>(parts, initial, { ...checkpoints, identity: toIdentity(options, prepared) });
}

interface Prepared {
  readonly train: TokenizedExamples;
  readonly validation: TokenizedExamples | undefined;
}

/** What decides the numbers of a training. Your own losses are known by their names only. */
function toIdentity(
  { heads = {}, weighting = 'given', seed = 42, encoder, checkpoints }: FinetuneOptions,
  { settings, train, validation }: Prepared & { readonly settings: OptimizationSettings },
): JsonObject {
  const { digest, dimension, maximumLength, pooling } = encoder.description;
  return JSON.parse(
    JSON.stringify({
      ...checkpoints?.identity,
      encoder: { digest, dimension, maximumLength, pooling, trained: encoder.parameters.length },
      heads,
      weighting,
      settings,
      seed,
      data: {
        train: digestExamples(train.examples),
        validation: validation === undefined ? null : digestExamples(validation.examples),
      },
    }),
  ) as JsonObject;
}

function toValidationRows(
  heads: readonly JointHead[],
  { examples, places }: TokenizedExamples,
  options: FinetuneOptions,
): ValidationRows[] {
  return heads.flatMap((head) => {
    const targets = examples.heads[head.name]?.targets;
    const rows = rowsOf(examples, head.name);
    if (targets === undefined || rows.length === 0) return [];
    const metric = options.heads?.[head.name]?.thresholds ?? 'f1';
    return [
      {
        head,
        texts: rows.map((row) => places[row] ?? -1),
        targets,
        tunedFor: metric === 'none' ? undefined : metric,
      },
    ];
  });
}

function toResult(
  heads: readonly JointHead[],
  state: TrainingState,
  { training, train, validation }: Prepared & { readonly training: JointTraining },
): FinetuneResult {
  const best = bestEpoch(state)?.epoch ?? state.epochs.length;
  const fitted = heads.map((head): [string, FittedHead] => [
    head.name,
    toFittedHead(head, {
      options: { loss: head.loss.name, trainedWithEncoder: true },
      settings: { bestEpoch: best, epochs: state.epochs.length },
      history: toHistory(head.name, state.epochs),
    }),
  ]);
  const encodings = [...train.encodings, ...(validation?.encodings ?? [])];
  return {
    heads: Object.fromEntries(fitted),
    epochs: state.epochs,
    bestEpoch: best,
    steps: state.step,
    curve: state.curve,
    weights: Object.fromEntries(heads.map((head) => [head.name, finalWeight(head, training)])),
    counts: {
      distinctTexts: encodings.length,
      truncatedTexts: encodings.filter(({ truncated }) => truncated).length,
    },
  };
}

function finalWeight({ name, task, weight }: JointHead, { parts }: JointTraining): number {
  const logVariance = parts.objective.parameters.get(`${name}/log-variance`)?.[0];
  return logVariance === undefined ? (weight[0] ?? 1) : weightAt(logVariance, task);
}

/** The epochs as one head saw them. */
function toHistory(head: string, epochs: readonly EpochRecord[]): HistoryEntry[] {
  return epochs.map(({ epoch, training, validation }) => {
    const prefix = `${head}.`;
    const measured = Object.entries(validation?.figures ?? {})
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, value]): [string, number] => [`validation_${name.slice(prefix.length)}`, value]);
    const trained = { training_loss: training[`loss ${head}`], learning_rate: training['learning_rate'] };
    const figures = Object.entries(trained).filter((entry): entry is [string, number] => entry[1] !== undefined);
    return { epoch, figures: Object.fromEntries([...figures, ...measured]) };
  });
}
