import { copyFile, mkdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pathExists, replaceDirectory, sha256, toFileError, withFileLock } from '@polyhead/files';
import type { ResolvedModel } from '@polyhead/hub';
import {
  buildEncoderModel,
  listEncoderParameters,
  mergeLowRankAdapters,
  readLowRankAdapters,
  readModel,
  type OnnxModel,
  type StoredAdapters,
} from '@polyhead/onnx';
import { PolyheadError, type Tensor } from '@polyhead/types';
import { computeModelDigest } from '../digest/encoder-digest.ts';
import { digestFile } from '../digest/file-digest.ts';
import type { EncoderFiles } from '../encoder-files.ts';
import { writeWeights } from '../write-weights.ts';

/** A model and the adapters that are to be merged into its weights. */
export interface AdaptedModelSource {
  readonly model: ResolvedModel;
  readonly files: EncoderFiles;
  /** Folder of the adapters. */
  readonly adapters: string;
  readonly cacheDirectory: string;
  readonly signal: AbortSignal | undefined;
}

/** Raised whenever the same files would be merged to other weights than before. */
const mergeVersion = 1;
/** The files of a folder of adapters. */
const adapterFiles = ['adapter_config.json', 'adapter_model.safetensors'];

/**
 * The digest of an encoder's files, whatever its settings: adapters say by it what they belong to.
 * @throws {PolyheadError} FILE_NOT_FOUND, FILE_UNREADABLE
 */
export function computeBaseDigest(files: EncoderFiles, cacheDirectory: string): Promise<string> {
  return computeModelDigest(files, {}, cacheDirectory);
}

/**
 * Writes the encoder with adapters merged into its weights to the cache folder, once, and gives that folder as a model: from
 * there on it is an encoder as any other, to be run, copied, exported or trained.
 * @throws {PolyheadError} FILE_NOT_FOUND, DATA_MALFORMED, SAFETENSORS_MALFORMED, INVALID_CONFIGURATION for something that is
 * no usable folder of adapters; MODEL_ENCODER_MISMATCH, TENSOR_MISSING, TENSOR_SHAPE_MISMATCH for adapters of another encoder;
 * FILE_NOT_WRITABLE, DISK_FULL, ABORTED
 */
export async function mergeIntoCache(source: AdaptedModelSource): Promise<ResolvedModel> {
  const { files, adapters, cacheDirectory, signal } = source;
  const stored = await readLowRankAdapters(adapters);
  const baseDigest = await computeBaseDigest(files, cacheDirectory);
  assertBase(stored, baseDigest, source);
  const digests: string[] = [];
  for (const name of adapterFiles) digests.push(await digestFile(join(adapters, name), cacheDirectory));
  // Settings of sentence-transformers are no part of the digest, but are copied too.
  for (const name of files.settings) digests.push(await digestFile(join(files.directory, name), cacheDirectory));
  const name = sha256([mergeVersion, baseDigest, files.graph ?? '', ...digests].join(' ')).slice(0, 32);
  const directory = resolve(cacheDirectory, 'merged', name);
  await withFileLock(
    `${directory}.lock`,
    async () => {
      if (await pathExists(directory)) return;
      await replaceDirectory(directory, (temporary) => writeMerged(temporary, files, stored));
    },
    signal,
  );
  return { reference: directory, kind: 'folder', directory };
}

function assertBase(stored: StoredAdapters, baseDigest: string, { model, adapters }: AdaptedModelSource): void {
  if (stored.baseDigest === undefined || stored.baseDigest === baseDigest) return;
  throw new PolyheadError('MODEL_ENCODER_MISMATCH', {
    message: `The adapters in "${adapters}" were trained on other files than those of "${model.reference}"${stored.baseModel === undefined ? '' : `, on "${stored.baseModel}"`}.`,
    remedy: 'Load the encoder that training began with, or the merged encoder of the model folder.',
    details: { adapters, reference: model.reference, expected: stored.baseDigest, found: baseDigest },
  });
}

async function writeMerged(target: string, files: EncoderFiles, stored: StoredAdapters): Promise<void> {
  const model = await readGraph(files);
  const weights = new Map(model.graph.initializers.map(({ name, tensor }) => [name, tensor]));
  const merged = mergeLowRankAdapters(weights, stored.tensors, stored);
  const parameters = new Map<string, Tensor>();
  for (const { name } of listEncoderParameters(model)) {
    const tensor = merged.get(name);
    if (tensor !== undefined) parameters.set(name, tensor);
  }
  for (const path of files.settings) await copyInto(join(files.directory, path), join(target, path));
  await writeWeights(target, files, parameters);
}

async function readGraph({ directory, graph }: EncoderFiles): Promise<OnnxModel> {
  return graph === undefined ? (await buildEncoderModel(directory)).model : readModel(join(directory, graph));
}

async function copyInto(source: string, target: string): Promise<void> {
  try {
    await mkdir(dirname(target), { recursive: true });
    await copyFile(source, target);
  } catch (error) {
    throw toFileError(error, target, 'write');
  }
}
