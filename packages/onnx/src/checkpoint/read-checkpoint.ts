import { join } from 'node:path';

import { pathExists, readJson } from '@polyhead/files';
import { PolyheadError, type JsonObject, type JsonValue, type Tensor } from '@polyhead/types';

import { readSafetensors } from '../safetensors/read.ts';
import { createConfigurationReader, type ConfigurationReader } from './configuration-reader.ts';

/** A tensor of a checkpoint and the file that it is in. */
export interface CheckpointTensor {
  readonly tensor: Tensor;
  readonly file: string;
}

/** A Hugging Face folder: its configuration and its weights. */
export interface Checkpoint {
  readonly directory: string;
  readonly configuration: ConfigurationReader;
  readonly tensors: ReadonlyMap<string, CheckpointTensor>;
}

const singleFile = 'model.safetensors';
const indexFile = 'model.safetensors.index.json';

/**
 * Reads config.json and the weights of a folder: model.safetensors, or the shards that model.safetensors.index.json lists.
 * @throws {PolyheadError} FILE_NOT_FOUND, FILE_UNREADABLE, DATA_MALFORMED, INVALID_CONFIGURATION, SAFETENSORS_MALFORMED
 */
export async function readCheckpoint(directory: string): Promise<Checkpoint> {
  const configPath = join(directory, 'config.json');
  const json = await readJson(configPath);
  if (!isObject(json)) {
    throw new PolyheadError('INVALID_CONFIGURATION', {
      message: `"${configPath}" is not a JSON object.`,
      remedy: 'Restore config.json from the original model.',
      details: { file: configPath },
    });
  }
  const tensors = new Map<string, CheckpointTensor>();
  for (const file of await listWeightFiles(directory)) {
    for (const [name, tensor] of (await readSafetensors(file)).tensors) {
      tensors.set(name, { tensor, file });
    }
  }
  return { directory, configuration: createConfigurationReader(json, configPath), tensors };
}

async function listWeightFiles(directory: string): Promise<string[]> {
  const single = join(directory, singleFile);
  if (await pathExists(single)) return [single];
  const index = join(directory, indexFile);
  if (!(await pathExists(index))) {
    throw new PolyheadError('FILE_NOT_FOUND', {
      message: `The folder "${directory}" has neither ${singleFile} nor ${indexFile}.`,
      remedy:
        'Use a checkpoint with safetensors weights (older ones have only pytorch_model.bin, which can be converted by the transformers library), or one with an onnx/model.onnx.',
      details: { directory },
    });
  }
  const json = await readJson(index);
  const map = isObject(json) ? json['weight_map'] : undefined;
  const files = isObject(map) ? Object.values(map) : [];
  const names = new Set(files.filter(isPlainFileName));
  if (names.size === 0 || !files.every(isPlainFileName)) {
    throw new PolyheadError('INVALID_CONFIGURATION', {
      message: `"${index}" has no "weight_map" that lists files of its folder.`,
      remedy: 'Download the file again.',
      details: { file: index },
    });
  }
  return [...names].map((name) => join(directory, name));
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Shards lie beside their index; a path from a stranger's file must not lead elsewhere. */
function isPlainFileName(value: JsonValue): value is string {
  return typeof value === 'string' && value !== '' && !/[\\/]/.test(value);
}
