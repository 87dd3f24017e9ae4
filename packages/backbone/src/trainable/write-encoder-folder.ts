import { join } from 'node:path';
import { readModel, writeModel, writeSafetensors, type OnnxModel } from '@polyhead/onnx';
import type { Tensor } from '@polyhead/types';
import { copyEncoderSettings } from '../copy-encoder-files.ts';
import type { EncoderFolder } from '../encoder-folder.ts';

/** A parameter's values as they are to be saved. */
export type NamedParameters = ReadonlyMap<string, Tensor>;

/**
 * Writes an encoder folder with other weights: for a built graph a safetensors file with the checkpoint's names, for a
 * folder that came with its own graph that graph.
 * @throws {PolyheadError} FILE_NOT_WRITABLE, DISK_FULL
 */
export async function writeEncoderFolder(
  directory: string,
  folder: EncoderFolder,
  parameters: NamedParameters,
): Promise<void> {
  await copyEncoderSettings(folder, directory);
  const { graph } = folder.files;
  if (graph === undefined) {
    await writeSafetensors(join(directory, 'model.safetensors'), parameters, { format: 'pt' });
    return;
  }
  const model = await readModel(join(folder.files.directory, graph));
  await writeModel(withParameters(model, parameters), join(directory, graph));
}

function withParameters(model: OnnxModel, parameters: NamedParameters): OnnxModel {
  const initializers = model.graph.initializers.map((initializer) => {
    const tensor = parameters.get(initializer.name);
    return tensor === undefined ? initializer : { ...initializer, tensor };
  });
  return { ...model, graph: { ...model.graph, initializers } };
}
