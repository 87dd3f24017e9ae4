import { mergeLowRankAdapters, writeLowRankAdapters, type AdapterScale, type LowRankAdapter } from '@polyhead/onnx';
import { PolyheadError, type Tensor } from '@polyhead/types';
import { computeBaseDigest } from '../adapters/merged-folder.ts';
import type { EncoderFolder } from '../encoder-folder.ts';

/** Low-rank adapters that are trained in place of weights. */
export interface TrainedAdapters extends AdapterScale {
  readonly adapters: readonly LowRankAdapter[];
}

type NamedTensors = ReadonlyMap<string, Tensor>;

/** The weights with their adapters merged in, and without the adapters. */
export function mergeAdapters(parameters: NamedTensors, adapters: TrainedAdapters | undefined): NamedTensors {
  if (adapters === undefined) return parameters;
  const matrices = selectMatrices(parameters, adapters);
  const weights = new Map([...parameters].filter(([name]) => !matrices.has(name)));
  return mergeLowRankAdapters(weights, matrices, adapters);
}

/** @throws {PolyheadError} INVALID_ARGUMENT if there are none; FILE_NOT_WRITABLE, DISK_FULL */
export async function writeAdapters(
  directory: string,
  { description, files, cacheDirectory }: EncoderFolder,
  { parameters, adapters }: { readonly parameters: NamedTensors; readonly adapters: TrainedAdapters | undefined },
): Promise<void> {
  if (adapters === undefined) {
    throw new PolyheadError('INVALID_ARGUMENT', {
      message: 'This encoder has no low-rank adapters that could be saved.',
      remedy: 'Load it with the option "lora", or save the whole encoder.',
    });
  }
  const { rank, alpha } = adapters;
  const tensors = selectMatrices(parameters, adapters);
  const baseDigest = await computeBaseDigest(files, cacheDirectory);
  await writeLowRankAdapters(directory, { tensors, rank, alpha, baseModel: description.reference, baseDigest });
}

function selectMatrices(parameters: NamedTensors, { adapters }: TrainedAdapters): Map<string, Tensor> {
  const names = new Set(adapters.flatMap(({ down, up }) => [down, up]));
  return new Map([...parameters].filter(([name]) => names.has(name)));
}
