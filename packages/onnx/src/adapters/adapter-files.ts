import { join } from 'node:path';

import { readJson, writeFileAtomic } from '@polyhead/files';
import { PolyheadError, type JsonObject, type JsonValue, type Tensor } from '@polyhead/types';

import { createConfigurationReader, type ConfigurationReader } from '../checkpoint/configuration-reader.ts';
import { readSafetensors } from '../safetensors/read.ts';
import { writeSafetensors } from '../safetensors/write.ts';
import { adapterOfPart } from './adapter-names.ts';
import { assertAdapterScale, type AdapterScale } from './adapter-scale.ts';

/** Adapters as they lie in a folder. */
export interface StoredAdapters extends AdapterScale {
  /** By the names of {@link LowRankAdapter}. */
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** Which model they belong to; undefined if it is not said. */
  readonly baseModel?: string | undefined;
  /** SHA-256 of that model's files, by the one who wrote them; undefined if it is not said, as by the PEFT library. */
  readonly baseDigest?: string | undefined;
}

const tensorFile = 'adapter_model.safetensors';
const configurationFile = 'adapter_config.json';
const digestField = 'polyhead_base_sha256';
/** What the PEFT library puts before every name. */
const prefix = 'base_model.model.';

/**
 * Writes adapters to a folder in the form of the PEFT library: adapter_model.safetensors and adapter_config.json.
 * @throws {PolyheadError} FILE_NOT_WRITABLE, DISK_FULL, INVALID_ARGUMENT if a tensor is no part of an adapter
 */
export async function writeLowRankAdapters(directory: string, adapters: StoredAdapters): Promise<void> {
  assertAdapterScale(adapters);
  const { tensors, rank, alpha, baseModel, baseDigest } = adapters;
  const modules = new Set<string>();
  for (const name of tensors.keys()) {
    const adapter = adapterOfPart(name);
    if (adapter === undefined) throw notAnAdapter('INVALID_ARGUMENT', name);
    modules.add(adapter.weight.split('.').at(-2) ?? '');
  }
  const configuration = {
    peft_type: 'LORA',
    task_type: 'FEATURE_EXTRACTION',
    base_model_name_or_path: baseModel ?? null,
    inference_mode: true,
    r: rank,
    lora_alpha: alpha,
    lora_dropout: 0,
    target_modules: [...modules].sort(),
    bias: 'none',
    fan_in_fan_out: false,
    init_lora_weights: true,
  };
  const prefixed = new Map([...tensors].map(([name, tensor]) => [prefix + name, tensor]));
  // The PEFT library refuses fields of the configuration that it does not know, but passes over metadata.
  const metadata = baseDigest === undefined ? {} : { [digestField]: baseDigest };
  await writeSafetensors(join(directory, tensorFile), prefixed, { format: 'pt', ...metadata });
  await writeFileAtomic(join(directory, configurationFile), `${JSON.stringify(configuration, null, 2)}\n`);
}

/**
 * Reads adapters that {@link writeLowRankAdapters} or the PEFT library wrote.
 * @throws {PolyheadError} FILE_NOT_FOUND, FILE_UNREADABLE, DATA_MALFORMED, SAFETENSORS_MALFORMED, INVALID_CONFIGURATION for
 * kinds of adapters that are computed differently
 */
export async function readLowRankAdapters(directory: string): Promise<StoredAdapters> {
  const file = join(directory, configurationFile);
  const json = await readJson(file);
  const reader = createConfigurationReader(isObject(json) ? json : {}, file);
  assertPlainAdapters(reader);
  const rank = reader.integer('r');
  const alpha = reader.number('lora_alpha');
  if (rank < 1) throw reader.reject('r', '1 or more');
  if (!(alpha > 0)) throw reader.reject('lora_alpha', 'a number above 0');
  const tensors = new Map<string, Tensor>();
  const stored = await readSafetensors(join(directory, tensorFile));
  for (const [name, tensor] of stored.tensors) {
    const own = name.startsWith(prefix) ? name.slice(prefix.length) : name;
    if (adapterOfPart(own) === undefined) throw notAnAdapter('INVALID_CONFIGURATION', name);
    tensors.set(own, tensor);
  }
  const baseModel = reader.text('base_model_name_or_path', '');
  return {
    ...{ tensors, rank, alpha },
    baseModel: baseModel === '' ? undefined : baseModel,
    baseDigest: stored.metadata[digestField],
  };
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function assertPlainAdapters(reader: ConfigurationReader): void {
  if (reader.text('peft_type') !== 'LORA') throw reader.reject('peft_type', '"LORA"');
  if (reader.text('bias', 'none') !== 'none') throw reader.reject('bias', '"none"');
  for (const field of ['use_dora', 'use_rslora', 'fan_in_fan_out', 'lora_bias']) {
    if (reader.flag(field, false)) throw reader.reject(field, 'false');
  }
  for (const field of ['rank_pattern', 'alpha_pattern']) {
    if (reader.isFilled(field)) throw reader.reject(field, 'nothing in it');
  }
}

function notAnAdapter(code: 'INVALID_ARGUMENT' | 'INVALID_CONFIGURATION', name: string): PolyheadError {
  return new PolyheadError(code, {
    message: `"${name}" is not a matrix of a low-rank adapter (lora_A.weight or lora_B.weight).`,
    remedy: 'Only adapters of linear layers are supported.',
    details: { tensor: name },
  });
}
