import { join } from 'node:path';
import { readJson, writeFileAtomic } from '@polyhead/files';
import { float32ToFloat16, findLibraryNames, toFloat32, writeSafetensors } from '@polyhead/onnx';
import type { JsonObject, JsonValue, Tensor } from '@polyhead/types';
import { copyTokenizerFiles } from '../copy-encoder-files.ts';
import type { EncoderFolder } from '../encoder-folder.ts';
import { isJsonObject } from '../settings/json-fields.ts';
import type { NamedParameters } from '../write-weights.ts';

/** How numbers are stored; they are computed with as float32 in any case. */
export type StoredDataType = 'float32' | 'float16';

/** What a classifier's folder needs beside its parameters. */
export interface ClassifierFolderOptions {
  /** Names of the outputs, in their order. */
  readonly labels: readonly string[];
  /** Of every parameter: its name in the file. */
  readonly names: ReadonlyMap<string, string>;
  readonly dataType: StoredDataType;
}

/** Fields of config.json that say something about the checkpoint that training began with. */
const outdatedFields: ReadonlySet<string> = new Set(['_name_or_path', 'problem_type', 'num_labels', 'dtype']);

/**
 * Writes a sequence classification model as the transformers library does: `AutoModelForSequenceClassification` and
 * `loadCrossEncoder` load the folder.
 * @throws {PolyheadError} FILE_NOT_WRITABLE, DISK_FULL
 */
export async function writeClassifierFolder(
  directory: string,
  { folder, parameters }: { readonly folder: EncoderFolder; readonly parameters: NamedParameters },
  { labels, names, dataType }: ClassifierFolderOptions,
): Promise<void> {
  await copyTokenizerFiles(folder.files, directory);
  const config = await readJson(join(folder.files.directory, 'config.json'));
  const written = toConfig(isJsonObject(config) ? config : {}, labels, dataType);
  await writeFileAtomic(join(directory, 'config.json'), `${JSON.stringify(written, undefined, 2)}\n`);
  const tensors = Array.from(parameters, ([name, tensor]): [string, Tensor] => [
    names.get(name) ?? name,
    dataType === 'float16' ? toHalf(tensor) : tensor,
  ]);
  await writeSafetensors(join(directory, 'model.safetensors'), new Map(tensors), { format: 'pt' });
}

function toConfig(config: JsonObject, labels: readonly string[], dataType: StoredDataType): JsonObject {
  const kept = Object.entries(config).filter(([field]) => !outdatedFields.has(field));
  const modelType = typeof config['model_type'] === 'string' ? config['model_type'] : '';
  const names = findLibraryNames(modelType);
  const changed: Record<string, JsonValue> = {
    ...(names === undefined ? {} : { architectures: [names.classifierClass] }),
    id2label: Object.fromEntries(labels.entries()),
    label2id: Object.fromEntries(labels.map((label, index) => [label, index])),
    torch_dtype: dataType,
  };
  return { ...Object.fromEntries(kept), ...changed };
}

function toHalf(tensor: Tensor): Tensor {
  return { dataType: 'float16', shape: tensor.shape, data: float32ToFloat16(toFloat32(tensor)) };
}
