import {
  PolyheadError,
  type HeadManifest,
  type HeadThresholds,
  type JsonObject,
  type ModelManifest,
} from '@polyhead/types';
import type { HeadEvaluations } from './evaluation.ts';
import type { Mistake } from './metrics-file.ts';
import { readManifest } from './manifest.ts';
import { readStoredModel, writeStoredModel } from './model-folder.ts';
import { withModelLock } from './model-lock.ts';
import { assertHeadsExist } from './names.ts';
import { mergeHeads, toStoredEvaluations, toStoredHead, type SavedHead } from './save-model.ts';
import type { StoredHead, StoredModel } from './stored-model.ts';
import { toThresholdsEntry } from './thresholds-file.ts';

/** What {@link addHeadsToModel} adds. */
export interface AddHeadsOptions {
  readonly heads: readonly SavedHead[];
  /** Heads of the same name are replaced instead of refused. @default false */
  readonly replace?: boolean | undefined;
  /** Seconds by phase; phases of the same name are replaced. */
  readonly seconds?: JsonObject | undefined;
  readonly counts?: JsonObject | undefined;
  /** That of the model whose encoder the heads were trained on: a model that has another encoder by now is refused. @default not compared */
  readonly manifest?: ModelManifest | undefined;
}

/**
 * Adds heads to a saved model. The weights, thresholds and figures of its other heads stay as they are, to the byte.
 * @throws {PolyheadError} HEAD_EXISTS, MODEL_FOLDER_INVALID, MODEL_VERSION_UNSUPPORTED, INVALID_ARGUMENT, SHAPE_MISMATCH;
 * with `manifest` MODEL_ENCODER_MISMATCH
 */
export async function addHeadsToModel(directory: string, options: AddHeadsOptions): Promise<void> {
  await changeModel(directory, (old) => {
    if (options.manifest !== undefined) assertSameEncoder(old, options.manifest, directory);
    return addHeads(old, options);
  });
}

function addHeads(old: StoredModel, options: AddHeadsOptions): StoredModel {
  const added = options.heads.map((head) => toStoredHead(head, old.encoder.dimension));
  mergeHeads([], added);
  const replacements = new Map(added.map((head) => [head.manifest.name, head]));
  const names = new Set(old.heads.map((head) => head.manifest.name));
  const heads =
    options.replace === true
      ? [
          ...old.heads.map((head) => replacements.get(head.manifest.name) ?? head),
          ...added.filter((head) => !names.has(head.manifest.name)),
        ]
      : mergeHeads(old.heads, added);
  return {
    ...old,
    heads,
    seconds: { ...old.seconds, ...options.seconds },
    counts: { ...old.counts, ...options.counts },
  };
}

/**
 * Removes a head from a saved model; the others stay as they are, to the byte.
 * @throws {PolyheadError} HEAD_NOT_FOUND, INVALID_ARGUMENT for the last head, MODEL_FOLDER_INVALID
 */
export async function removeHead(directory: string, name: string): Promise<void> {
  await changeModel(directory, (old) => {
    assertHeadsExist([name], headNames(old.heads), directory);
    return withoutHead(old, { name, directory });
  });
}

function withoutHead(old: StoredModel, { name, directory }: { name: string; directory: string }): StoredModel {
  const heads = old.heads.filter((head) => head.manifest.name !== name);
  if (heads.length === 0) {
    throw new PolyheadError('INVALID_ARGUMENT', {
      message: `"${name}" is the only head of "${directory}".`,
      remedy: 'Delete the folder instead, or add another head first.',
      details: { head: name, file: directory },
    });
  }
  const without = (value: JsonObject): JsonObject =>
    Object.fromEntries(Object.entries(value).filter(([key]) => key !== name));
  return { ...old, heads, seconds: without(old.seconds), counts: without(old.counts) };
}

/** What {@link updateHead} changes; what is undefined stays. */
export interface UpdateHeadOptions {
  readonly thresholds?: HeadThresholds | undefined;
  /** Splits that are not given stay. */
  readonly evaluation?: HeadEvaluations | undefined;
  readonly mistakes?: readonly Mistake[] | undefined;
  /** That of the model whose scores these come from: one with another encoder, or the head trained again, is refused. @default not compared */
  readonly manifest?: ModelManifest | undefined;
}

/**
 * Stores new thresholds or figures of a head, for instance after tuning. No weights are touched.
 * @throws {PolyheadError} HEAD_NOT_FOUND, INVALID_ARGUMENT, MODEL_FOLDER_INVALID; with `manifest` MODEL_ENCODER_MISMATCH
 */
export async function updateHead(directory: string, name: string, options: UpdateHeadOptions): Promise<void> {
  await changeModel(directory, (old) => {
    assertHeadsExist([name], headNames(old.heads), directory);
    if (options.manifest !== undefined) {
      assertSameEncoder(old, options.manifest, directory);
      assertSameHead(old, options.manifest, { name, directory });
    }
    const heads = old.heads.map((head) => (head.manifest.name === name ? changeHead(head, options) : head));
    return { ...old, heads };
  });
}

function assertSameEncoder(old: StoredModel, { encoder }: ModelManifest, directory: string): void {
  if (old.encoder.digest === encoder.digest) return;
  throw new PolyheadError('MODEL_ENCODER_MISMATCH', {
    message: `"${directory}" no longer has the encoder that was worked with: another training replaced it meanwhile.`,
    remedy: 'Do it again with the model as it is now.',
    details: { file: directory, field: 'encoder.digest', expected: encoder.digest, found: old.encoder.digest },
  });
}

/** Scores, and what is chosen by them, change with the weights and with the temperature. */
function assertSameHead(
  old: StoredModel,
  manifest: ModelManifest,
  { name, directory }: { name: string; directory: string },
): void {
  const find = (heads: readonly HeadManifest[]): HeadManifest | undefined => heads.find((head) => head.name === name);
  const [expected, found] = [find(manifest.heads), find(old.heads.map((head) => head.manifest))];
  const isSame =
    expected?.digest === found?.digest && expected?.calibration?.temperature === found?.calibration?.temperature;
  if (isSame) return;
  throw new PolyheadError('MODEL_ENCODER_MISMATCH', {
    message: `The head "${name}" of "${directory}" is no longer the one that was worked with: it was trained again meanwhile.`,
    remedy: 'Do it again with the model as it is now.',
    details: { file: directory, head: name },
  });
}

/** Reads, changes and writes a model while no other process does. */
async function changeModel(directory: string, change: (old: StoredModel) => StoredModel): Promise<void> {
  // Refuses what is no model before a lock file is made beside it.
  await readManifest(directory);
  await withModelLock(directory, async () => {
    await writeStoredModel(directory, change(await readStoredModel(directory)), 'kept');
  });
}

function changeHead(head: StoredHead, { thresholds, evaluation, mistakes }: UpdateHeadOptions): StoredHead {
  if (thresholds !== undefined && head.manifest.task !== 'multi-label') {
    throw new PolyheadError('INVALID_ARGUMENT', {
      message: `Head "${head.manifest.name}" is a ${head.manifest.task} head, which has no thresholds.`,
      details: { head: head.manifest.name, field: 'thresholds' },
    });
  }
  const figures = { ...head.evaluation, ...toStoredEvaluations(evaluation) };
  return {
    ...head,
    evaluation: figures,
    record: { ...head.record, mistakes: mistakes ?? head.record.mistakes },
    thresholds:
      thresholds === undefined ? head.thresholds : toThresholdsEntry(head.manifest, thresholds, figures.validation),
  };
}

function headNames(heads: readonly StoredHead[]): string[] {
  return heads.map((head) => head.manifest.name);
}
