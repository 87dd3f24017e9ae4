import { join } from 'node:path';
import { readModel, writeModel, writeSafetensors, type OnnxModel } from '@polyhead/onnx';
import type { Tensor } from '@polyhead/types';
import type { EncoderFiles } from './encoder-files.ts';

/** A parameter's values as they are to be saved. */
export type NamedParameters = ReadonlyMap<string, Tensor>;

/**
 * Writes the weights of an encoder with other values: for a built graph a safetensors file with the checkpoint's names, for a
 * folder that came with its own graph that graph.
 * @throws {PolyheadError} FILE_NOT_WRITABLE, DISK_FULL
 */
export async function writeWeights(
  target: string,
  { directory, graph }: EncoderFiles,
  parameters: NamedParameters,
): Promise<void> {
  if (graph === undefined) {
    await writeSafetensors(join(target, 'model.safetensors'), parameters, { format: 'pt' });
    return;
  }
  const model = await readModel(join(directory, graph));
  await writeModel(withParameters(model, parameters), join(target, graph));
}

function withParameters(model: OnnxModel, parameters: NamedParameters): OnnxModel {
  const initializers = model.graph.initializers.map((initializer) => {
    const tensor = parameters.get(initializer.name);
    return tensor === undefined ? initializer : { ...initializer, tensor };
  });
  return { ...model, graph: { ...model.graph, initializers } };
}
