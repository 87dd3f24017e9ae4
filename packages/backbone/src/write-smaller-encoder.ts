import { join } from 'node:path';
import { readJson, writeFileAtomic } from '@polyhead/files';
import { readSafetensors, writeSafetensors } from '@polyhead/onnx';
import { PolyheadError, type JsonObject, type Tensor } from '@polyhead/types';
import { copyEncoderSettings } from './copy-encoder-files.ts';
import { openEncoderFolder, type EncoderFolderOptions } from './encoder-folder.ts';
import { isJsonObject } from './settings/json-fields.ts';

/** Which encoder is made smaller, and how small. */
export interface SmallerEncoderOptions extends EncoderFolderOptions {
  /** Layers that are kept: the first, the last and others evenly between. */
  readonly layers: number;
}

/** What configurations of different architectures call the number of layers. */
const layerFields = ['num_hidden_layers', 'n_layers', 'num_layers'] as const;
/** The number of a layer in a parameter's name: `encoder.layer.3.output.dense.weight`. */
const layerName = /^(.*\blayers?\.)(\d+)(\..*)$/;

/**
 * Writes an encoder with fewer layers than the one it is made from, to begin distillation with (as DistilBERT did: Sanh et al.
 * 2019). Without training it is of little use.
 * @throws {PolyheadError} what `loadEncoder` throws; INVALID_ARGUMENT for a number of layers that the encoder does not have,
 * ARCHITECTURE_UNSUPPORTED for an ONNX file or layers that share their parameters
 */
export async function writeSmallerEncoder(
  reference: string,
  directory: string,
  { layers, ...options }: SmallerEncoderOptions,
): Promise<void> {
  const folder = await openEncoderFolder(reference, options);
  if (folder.files.graph !== undefined) throw unsupported(reference, 'is an ONNX file, whose layers have no names');
  const { field, count, config } = await readLayerCount(folder.model.directory, reference);
  if (!Number.isInteger(layers) || layers < 1 || layers > count) {
    throw new PolyheadError('INVALID_ARGUMENT', {
      message: `${layers} layers were asked for, but "${reference}" has ${count}.`,
      remedy: `Give a whole number from 1 to ${count}.`,
      details: { layers, count },
    });
  }
  const placeOf = new Map(keptLayers(count, layers).map((layer, place) => [layer, place]));
  const kept: Record<string, Tensor> = {};
  let found = 0;
  for (const file of folder.files.weights.filter((path) => path.endsWith('.safetensors'))) {
    const { tensors } = await readSafetensors(join(folder.files.directory, file));
    for (const [name, tensor] of tensors) {
      const match = layerName.exec(name);
      if (match === null) kept[name] = tensor;
      const place = placeOf.get(Number(match?.[2]));
      if (match === null || place === undefined) continue;
      found += 1;
      kept[`${match[1] ?? ''}${place}${match[3] ?? ''}`] = tensor;
    }
  }
  if (found === 0) throw unsupported(reference, 'has no parameters of single layers');
  await copyEncoderSettings(folder, directory);
  await writeSafetensors(join(directory, 'model.safetensors'), kept, { format: 'pt' });
  await writeFileAtomic(
    join(directory, 'config.json'),
    `${JSON.stringify({ ...config, [field]: layers }, undefined, 2)}\n`,
  );
}

/** Layers from the first to the last, evenly spread. */
function keptLayers(count: number, layers: number): number[] {
  if (layers === 1) return [0];
  return Array.from({ length: layers }, (_, place) => Math.round((place * (count - 1)) / (layers - 1)));
}

async function readLayerCount(
  directory: string,
  reference: string,
): Promise<{ field: string; count: number; config: JsonObject }> {
  const config = await readJson(join(directory, 'config.json'));
  if (isJsonObject(config)) {
    const field = layerFields.find((name) => typeof config[name] === 'number');
    if (field !== undefined) return { field, count: Number(config[field]), config };
  }
  throw unsupported(reference, `does not say in config.json how many layers it has`);
}

function unsupported(reference: string, reason: string): PolyheadError {
  return new PolyheadError('ARCHITECTURE_UNSUPPORTED', {
    message: `"${reference}" cannot be made smaller: it ${reason}.`,
    remedy: 'Name an encoder that is small already.',
    details: { reference },
  });
}
