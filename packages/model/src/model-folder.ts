import { lstat, readdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import {
  pathExists,
  readJson,
  recoverDirectory,
  replaceDirectory,
  toFileError,
  writeFileAtomic,
} from '@polyhead/files';
import { PolyheadError, type JsonObject, type ModelManifest } from '@polyhead/types';
import { assertWritableParent } from './assert-writable-parent.ts';
import { files, headRecordFile, headWeightsFile, ownNames } from './folder-layout.ts';
import { assertReadableManifest, manifestVersion, readManifest } from './manifest.ts';
import { readHeadRecord, readMetrics, type MetricsFile } from './metrics-file.ts';
import { renderModelCard } from './model-card.ts';
import { recoverModel } from './model-lock.ts';
import type { StoredHead, StoredModel } from './stored-model.ts';
import { renderReport } from './render-report.ts';
import { takeTree } from './take-tree.ts';
import { readThresholds } from './thresholds-file.ts';
import { readTrainingRecord } from './training-file.ts';
import { createdBy } from './version.ts';

/** What fills the folders of an encoder that becomes part of a model. */
export interface EncoderParts {
  /** Fills the folder of the encoder. */
  readonly write: (target: string) => Promise<void>;
  /** Fills the folder of low-rank adapters that were merged into it. @default none are kept */
  readonly writeAdapters?: ((target: string) => Promise<void>) | undefined;
}

/** What the folder of an encoder gets: new files, those that are there, or nothing, for an encoder that lies elsewhere. */
export type EncoderFill = EncoderParts | 'kept' | 'none';

/**
 * Refuses a place where a model must not be written. Call it before long work, so that nothing is computed in vain.
 * Also puts back the old model if a process was killed while it replaced it.
 * @throws {PolyheadError} OUTPUT_EXISTS for a file, or a folder with other content; FILE_NOT_WRITABLE, DISK_FULL
 */
export async function assertModelTarget(directory: string): Promise<void> {
  await recoverModel(directory);
  await assertNothingForeign(directory);
  await assertWritableParent(directory);
}

async function assertNothingForeign(directory: string): Promise<void> {
  const state = await stat(directory).catch(() => undefined);
  if (state === undefined) return;
  if (!state.isDirectory()) throw outputExists(directory, 'is a file');
  if ((await listDirectory(directory)).length === 0) return;
  const manifest = join(directory, files.manifest);
  if (!(await pathExists(manifest))) throw outputExists(directory, 'holds other files');
  const content = await readJson(manifest).catch(() => null);
  const isModel =
    typeof content === 'object' &&
    content !== null &&
    !Array.isArray(content) &&
    (content as JsonObject)['format'] === 'polyhead';
  if (!isModel) throw outputExists(directory, `holds a ${files.manifest} that is not a Polyhead manifest`);
}

function outputExists(directory: string, reason: string): PolyheadError {
  return new PolyheadError('OUTPUT_EXISTS', {
    message: `"${directory}" ${reason}, so no model is written there.`,
    remedy: 'Choose a new folder, or move what is there away.',
    details: { file: directory },
  });
}

async function listDirectory(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    throw toFileError(error, directory, 'read');
  }
}

/**
 * Reads everything of a model folder but the weights, which stay where they are. To be called inside of
 * `withModelLock`, so that nobody changes what is read before the caller has written what it makes of it.
 * @throws {PolyheadError} MODEL_FOLDER_INVALID, MODEL_VERSION_UNSUPPORTED, FILE_NOT_FOUND, FILE_UNREADABLE
 */
export async function readStoredModel(directory: string): Promise<StoredModel> {
  // Not recoverModel, which would wait for the lock that the caller holds.
  await recoverDirectory(directory);
  const { encoder, heads } = await readManifest(directory);
  const { content: thresholds } = await readThresholds(directory, heads);
  const metrics = await readMetrics(directory);
  const stored = heads.map(async (manifest): Promise<StoredHead> => {
    const record = await readHeadRecord(directory, manifest.name);
    return { manifest, record, thresholds: thresholds[manifest.name], evaluation: metrics.heads[manifest.name] };
  });
  const training = await readTrainingRecord(directory);
  return { encoder, heads: await Promise.all(stored), seconds: metrics.seconds, counts: metrics.counts, training };
}

/**
 * Writes a model folder in place of what is there: all of it or nothing. Kept weights are linked, not rewritten, so that
 * their bytes stay; files that are not the model's are kept too, links as links. To be called inside of `withModelLock`.
 * @param fill what `encoder/` and `adapters/` get
 * @throws {PolyheadError} INVALID_ARGUMENT for a model that could not be read again, OUTPUT_EXISTS, FILE_NOT_WRITABLE, DISK_FULL
 */
export async function writeStoredModel(directory: string, model: StoredModel, fill: EncoderFill): Promise<void> {
  await assertNothingForeign(directory);
  const manifest = toManifest(model);
  assertReadableManifest(manifest, join(directory, files.manifest));
  await replaceDirectory(directory, async (temporary) => {
    await keepForeignFiles(directory, temporary);
    for (const head of model.heads) await writeHead(head, directory, temporary);
    await fillEncoder(directory, temporary, fill);
    await writeJson(
      join(temporary, files.thresholds),
      pickByHead(model, (head) => head.thresholds),
    );
    await writeJson(join(temporary, files.metrics), toMetrics(model));
    if (model.training !== undefined) await writeJson(join(temporary, files.training), model.training);
    await writeFileAtomic(join(temporary, files.card), renderModelCard(model));
    await writeFileAtomic(
      join(temporary, files.report),
      await renderReport({ ...model, title: `Model report: ${basename(resolve(directory))}` }),
    );
    await writeJson(join(temporary, files.manifest), manifest);
  });
}

async function fillEncoder(old: string, target: string, fill: EncoderFill): Promise<void> {
  if (fill === 'none') return;
  if (fill === 'kept') {
    await takePart(join(old, files.encoder), join(target, files.encoder));
    await takeAdapters(old, join(target, files.adapters));
    return;
  }
  await fill.write(join(target, files.encoder));
  await fill.writeAdapters?.(join(target, files.adapters));
}

/** Takes the adapters of a model over, if it has any. */
export async function takeAdapters(directory: string, target: string): Promise<void> {
  await takePart(join(directory, files.adapters), target);
}

async function takePart(source: string, target: string): Promise<void> {
  const isThere = await lstat(source).then(
    () => true,
    () => false,
  );
  if (isThere) await takeTree(source, target, 'resolve');
}

function toManifest(model: StoredModel): ModelManifest {
  return {
    format: 'polyhead',
    version: manifestVersion,
    createdBy,
    encoder: model.encoder,
    heads: model.heads.map((head) => head.manifest),
  };
}

function toMetrics(model: StoredModel): MetricsFile {
  return { heads: pickByHead(model, (head) => head.evaluation), seconds: model.seconds, counts: model.counts };
}

function pickByHead<Value>(model: StoredModel, pick: (head: StoredHead) => Value | undefined): Record<string, Value> {
  const entries = model.heads.map((head) => [head.manifest.name, pick(head)] as const);
  return Object.fromEntries(entries.filter((entry): entry is [string, Value & {}] => entry[1] !== undefined));
}

async function writeJson(path: string, value: object): Promise<void> {
  await writeFileAtomic(path, `${JSON.stringify(value, null, 2)}\n`);
}

async function writeHead(head: StoredHead, old: string, target: string): Promise<void> {
  const { name } = head.manifest;
  if (head.weights === undefined) {
    await takeTree(join(old, headWeightsFile(name)), join(target, headWeightsFile(name)), 'resolve');
  } else {
    await writeFileAtomic(join(target, headWeightsFile(name)), head.weights);
  }
  await writeJson(join(target, headRecordFile(name)), head.record);
}

async function keepForeignFiles(old: string, target: string): Promise<void> {
  if (!(await pathExists(old))) return;
  for (const name of await listDirectory(old)) {
    if (!ownNames.has(name)) await takeTree(join(old, name), join(target, name), 'keep');
  }
}
