import { join } from 'node:path';
import { readJson, writeFileAtomic } from '@polyhead/files';
import { readSafetensors, toFloat32, writeSafetensors } from '@polyhead/onnx';
import { PolyheadError, type JsonObject, type JsonValue, type Tensor } from '@polyhead/types';
import type { TrainingBatch } from '../objective/objective.ts';
import type { TrainingParts } from '../loop/training-step.ts';

const files = { encoder: 'encoder.state', objective: 'objective.safetensors', state: 'state.json' } as const;

/** Writes everything that training consists of into a folder. */
export async function writeSnapshot<Batch extends TrainingBatch>(
  directory: string,
  { encoder, objective, optimizer }: TrainingParts<Batch>,
  state: JsonObject,
): Promise<void> {
  const { steps, arrays } = optimizer.toState();
  const tensors: [string, Tensor][] = [
    ...Array.from(objective.parameters, ([name, data]) => toEntry(`parameter/${name}`, data)),
    ...Object.entries(arrays).map(([name, data]) => toEntry(`optimizer/${name}`, data)),
  ];
  await encoder.saveState(join(directory, files.encoder));
  await writeSafetensors(join(directory, files.objective), Object.fromEntries(tensors));
  await writeFileAtomic(join(directory, files.state), JSON.stringify({ optimizerSteps: steps, state }));
}

function toEntry(name: string, data: Float32Array): [string, Tensor] {
  return [name, { dataType: 'float32', shape: [data.length], data }];
}

/**
 * Brings everything back, in place.
 * @returns the state that was written with it
 * @throws {PolyheadError} FILE_NOT_FOUND, SAFETENSORS_MALFORMED, DATA_MALFORMED, CHECKPOINT_MISMATCH
 */
export async function readSnapshot<Batch extends TrainingBatch>(
  directory: string,
  { encoder, objective, optimizer }: TrainingParts<Batch>,
): Promise<JsonObject> {
  const { optimizerSteps, state } = toObject(await readJson(join(directory, files.state)), directory);
  const { tensors } = await readSafetensors(join(directory, files.objective));
  const read = (name: string): Float32Array | undefined => {
    const tensor = tensors.get(name);
    return tensor === undefined ? undefined : toFloat32(tensor).slice();
  };
  for (const [name, target] of objective.parameters) {
    const saved = read(`parameter/${name}`);
    if (saved?.length !== target.length) throw otherShape(directory, name);
    target.set(saved);
  }
  const prefix = 'optimizer/';
  const arrays = Array.from(tensors.keys())
    .filter((name) => name.startsWith(prefix))
    .map((name) => [name.slice(prefix.length), read(name) ?? new Float32Array(0)] as const);
  optimizer.loadState({
    steps: toObject(optimizerSteps ?? null, directory) as Record<string, number>,
    arrays: Object.fromEntries(arrays),
  });
  await encoder.loadState(join(directory, files.encoder));
  return toObject(state ?? null, directory);
}

function toObject(value: JsonValue, directory: string): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw new PolyheadError('DATA_MALFORMED', {
    message: `"${join(directory, files.state)}" does not hold the state of a training.`,
    details: { file: join(directory, files.state) },
  });
}

function otherShape(directory: string, parameter: string): PolyheadError {
  return new PolyheadError('CHECKPOINT_MISMATCH', {
    message: `The checkpoint "${directory}" has no parameter "${parameter}" of the right size.`,
    remedy: 'Resume with the configuration that it was made with, or train anew without resuming.',
    details: { file: directory, parameter },
  });
}
