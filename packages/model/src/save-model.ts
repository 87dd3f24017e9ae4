import { sha256 } from '@polyhead/files';
import { hasTemperature } from '@polyhead/heads';
import {
  PolyheadError,
  type Encoder,
  type FittedHead,
  type HeadAbstention,
  type HeadCalibration,
  type HeadThresholds,
  type HistoryEntry,
  type JsonObject,
} from '@polyhead/types';
import { toJson, type HeadEvaluations } from './evaluation.ts';
import { headWeightsFile } from './folder-layout.ts';
import { encodeHeadWeights } from './head-weights.ts';
import type { Mistake, StoredEvaluations } from './metrics-file.ts';
import { assertModelTarget, readStoredModel, writeStoredModel } from './model-folder.ts';
import { withModelLock } from './model-lock.ts';
import { toSavedEncoder, type TrainedEncoder } from './saved-encoder.ts';
import type { StoredHead, StoredModel } from './stored-model.ts';
import { assertHeadName, assertHeadsExist } from './names.ts';
import { toThresholdsEntry } from './thresholds-file.ts';
import { readTrainingRecord, type TrainingRecord } from './training-file.ts';

/** A fitted head with what is saved about it. */
export interface SavedHead {
  /** Lower-case letters, digits, `_` and `-`. */
  readonly name: string;
  readonly fitted: FittedHead;
  /** For multi-label heads. @default every label is decided at 0.5 */
  readonly thresholds?: HeadThresholds | undefined;
  /** @default scores as the head gives them */
  readonly calibration?: HeadCalibration | undefined;
  /** For single-label heads. @default the head always answers */
  readonly abstention?: HeadAbstention | undefined;
  /** Names to show instead of the labels. */
  readonly displayNames?: Readonly<Record<string, string>> | undefined;
  readonly evaluation?: HeadEvaluations | undefined;
  /** @default the history of the fitted head */
  readonly history?: readonly HistoryEntry[] | undefined;
  /** Most confident first; goes into the report, texts and all. */
  readonly mistakes?: readonly Mistake[] | undefined;
}

/** What {@link saveModel} writes. */
export interface SaveModelOptions {
  /** The encoder that the heads were trained on; one from `loadEncoder` if its files are to be copied. */
  readonly encoder: Encoder;
  readonly heads: readonly SavedHead[];
  /** Heads of the model that is there which stay as they are, to the byte. @default none */
  readonly keep?: readonly string[] | undefined;
  /**
   * Copies the encoder into the folder, so that it needs nothing else. An encoder that lies in the model which is replaced
   * stays there in any case, with its origin, licence, adapters and training record. @default false
   */
  readonly selfContained?: boolean | undefined;
  /** For an encoder that was trained with the heads; it becomes part of the folder. */
  readonly trainedEncoder?: TrainedEncoder | undefined;
  /** How the encoder was trained, alone or together with heads, for the report. */
  readonly training?: TrainingRecord | undefined;
  /** Seconds by phase, for metrics.json. */
  readonly seconds?: JsonObject | undefined;
  /** Numbers of rows by split or head, for metrics.json. */
  readonly counts?: JsonObject | undefined;
}

/**
 * Writes a model folder: the new one or, if anything fails, what was there before. An existing model is replaced,
 * any other content is not.
 * @throws {PolyheadError} OUTPUT_EXISTS, INVALID_ARGUMENT, HEAD_EXISTS, HEAD_NOT_FOUND, SHAPE_MISMATCH,
 * MODEL_ENCODER_MISMATCH if heads are kept that another encoder was used for, or the encoder lay in the model and another
 * one lies there now, FILE_NOT_WRITABLE, DISK_FULL
 */
export async function saveModel(directory: string, options: SaveModelOptions): Promise<void> {
  await assertModelTarget(directory);
  await withModelLock(directory, () => writeModel(directory, options));
}

async function writeModel(directory: string, options: SaveModelOptions): Promise<void> {
  const { encoder, keep = [], trainedEncoder } = options;
  const selfContained = options.selfContained ?? false;
  const added = options.heads.map((head) => toStoredHead(head, encoder.description.dimension));
  const old = keep.length === 0 ? undefined : await readStoredModel(directory);
  const kept = keptHeads(directory, { old, keep, encoder });
  const heads = mergeHeads(kept, added);
  if (heads.length === 0) {
    throw new PolyheadError('INVALID_ARGUMENT', {
      message: 'A model needs at least one head.',
      remedy: 'Train a head first.',
      details: { field: 'heads' },
    });
  }
  const saved = await toSavedEncoder(directory, { encoder, selfContained, trained: trainedEncoder });
  const model: StoredModel = {
    encoder: saved.manifest,
    heads,
    seconds: { ...old?.seconds, ...options.seconds },
    counts: { ...old?.counts, ...options.counts },
    training: options.training ?? (saved.isOwn ? await readTrainingRecord(directory) : old?.training),
  };
  await writeStoredModel(directory, model, saved.fill);
}

function keptHeads(
  directory: string,
  { old, keep, encoder }: { old: StoredModel | undefined; keep: readonly string[]; encoder: Encoder },
): readonly StoredHead[] {
  if (old === undefined) return [];
  const names = old.heads.map((head) => head.manifest.name);
  assertHeadsExist(keep, names, directory);
  if (old.encoder.digest !== encoder.description.digest) {
    throw new PolyheadError('MODEL_ENCODER_MISMATCH', {
      message: `The heads ${keep.join(', ')} of "${directory}" were trained on the encoder "${old.encoder.reference}", and the new ones on another, "${encoder.description.reference}".`,
      remedy: 'Train the new heads on the same encoder with the same settings, or train all heads again.',
      details: { file: directory, expected: old.encoder.digest, found: encoder.description.digest },
    });
  }
  return old.heads.filter((head) => keep.includes(head.manifest.name));
}

/**
 * New heads after those that are there.
 * @throws {PolyheadError} HEAD_EXISTS
 */
export function mergeHeads(present: readonly StoredHead[], added: readonly StoredHead[]): readonly StoredHead[] {
  const names = new Set(present.map((head) => head.manifest.name));
  for (const { manifest } of added) {
    if (names.has(manifest.name)) {
      throw new PolyheadError('HEAD_EXISTS', {
        message: `There is already a head "${manifest.name}".`,
        remedy: 'Give the new one another name, or replace the old one.',
        details: { head: manifest.name, heads: [...names] },
      });
    }
    names.add(manifest.name);
  }
  return [...present, ...added];
}

/**
 * A fitted head in the form that is written.
 * @throws {PolyheadError} INVALID_ARGUMENT, SHAPE_MISMATCH
 */
export function toStoredHead(head: SavedHead, dimension: number): StoredHead {
  const { name, fitted, thresholds, evaluation } = head;
  assertHeadName(name);
  if (fitted.dimension !== dimension) {
    throw new PolyheadError('SHAPE_MISMATCH', {
      message: `Head "${name}" takes embeddings of ${fitted.dimension} numbers; the encoder makes ${dimension}.`,
      remedy: 'Train the head on this encoder.',
      details: { head: name, expected: dimension, found: fitted.dimension },
    });
  }
  if (thresholds !== undefined && fitted.task !== 'multi-label') {
    throw new PolyheadError('INVALID_ARGUMENT', {
      message: `Head "${name}" is a ${fitted.task} head, which has no thresholds.`,
      details: { head: name, field: 'thresholds' },
    });
  }
  assertDecides(head);
  const state = fitted.toState();
  const weights = encodeHeadWeights(state);
  const stored = toStoredEvaluations(evaluation);
  return {
    manifest: {
      name,
      type: state.type,
      task: state.task,
      labels: state.labels,
      displayNames: head.displayNames,
      activation: fitted.activation,
      dimension: state.dimension,
      file: headWeightsFile(name),
      digest: sha256(weights),
      options: state.options,
      settings: state.settings,
      trainedAt: new Date().toISOString(),
      calibration: head.calibration,
      abstention: head.abstention,
    },
    weights,
    record: { history: head.history ?? fitted.history, mistakes: head.mistakes ?? [] },
    thresholds:
      thresholds === undefined
        ? undefined
        : toThresholdsEntry({ name, labels: state.labels }, thresholds, stored?.validation),
    evaluation: stored,
  };
}

/** Refuses what the head's task has no use for: it would be ignored without a word. */
function assertDecides({ name, fitted, calibration, abstention }: SavedHead): void {
  const temperature = calibration?.temperature ?? 1;
  const isCalibrated =
    calibration === undefined || (hasTemperature(fitted) && temperature > 0 && temperature < Infinity);
  const threshold = abstention?.threshold ?? 0;
  const abstains = abstention === undefined || (fitted.task === 'single-label' && threshold >= 0 && threshold <= 1);
  if (isCalibrated && abstains) return;
  const field = isCalibrated ? 'abstention' : 'calibration';
  throw new PolyheadError('INVALID_ARGUMENT', {
    message: `Head "${name}" (${fitted.task}, ${fitted.activation}) cannot have the ${field} ${JSON.stringify(isCalibrated ? abstention : calibration)}.`,
    remedy: isCalibrated
      ? 'Single-label heads abstain, below a probability from 0 to 1.'
      : 'Heads whose scores are probabilities are calibrated, by a temperature above 0.',
    details: { head: name, field },
  });
}

/** Evaluations as they are written. */
export function toStoredEvaluations(evaluation: HeadEvaluations | undefined): StoredEvaluations | undefined {
  if (evaluation?.validation === undefined && evaluation?.test === undefined) return undefined;
  const { validation, test } = evaluation;
  return {
    ...(validation === undefined ? {} : { validation: toJson(validation) }),
    ...(test === undefined ? {} : { test: toJson(test) }),
  };
}
