import { readSafetensors, toFloat32, writeSafetensors } from '@polyhead/onnx';
import { PolyheadError, type Tensor } from '@polyhead/types';

/** A part of an array that holds one tensor. */
export interface StateTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Everything that has to be brought back for training to go on: the arrays are read, and filled when it is loaded. */
export interface EncoderState {
  /** By names that say what they are: `parameter/NAME`, `first_moment/NAME`, `second_moment/NAME`. */
  readonly tensors: ReadonlyMap<string, StateTensor>;
}

/** @throws {PolyheadError} FILE_NOT_WRITABLE, DISK_FULL */
export function writeEncoderState(path: string, { tensors }: EncoderState, updates: number): Promise<void> {
  const named = [...tensors].map(([name, { shape, data }]): [string, Tensor] => [
    name,
    { dataType: 'float32', shape, data },
  ]);
  return writeSafetensors(path, new Map(named), { format: 'polyhead-training-state', updates: String(updates) });
}

/**
 * Fills the arrays of a state from a file. Nothing is changed before the whole file was found to fit.
 * @returns the number of updates
 * @throws {PolyheadError} FILE_NOT_FOUND, SAFETENSORS_MALFORMED, CHECKPOINT_MISMATCH
 */
export async function readEncoderState(path: string, { tensors }: EncoderState): Promise<number> {
  const file = await readSafetensors(path);
  const updates = Number(file.metadata['updates']);
  if (file.metadata['format'] !== 'polyhead-training-state' || !Number.isInteger(updates)) {
    throw mismatch(path, 'it is not a training state');
  }
  const surplus = [...file.tensors.keys()].find((name) => !tensors.has(name));
  if (surplus !== undefined) throw mismatch(path, `it holds "${surplus}", which is not trained here`);
  const found = [...tensors].map(([name, { shape, data }]) => {
    const tensor = file.tensors.get(name);
    if (tensor === undefined) throw mismatch(path, `it lacks "${name}"`);
    if (tensor.shape.join() !== shape.join()) {
      throw mismatch(path, `"${name}" has the shape [${tensor.shape.join(', ')}] there and [${shape.join(', ')}] here`);
    }
    return { data, tensor };
  });
  for (const { data, tensor } of found) data.set(toFloat32(tensor));
  return updates;
}

function mismatch(path: string, reason: string): PolyheadError {
  return new PolyheadError('CHECKPOINT_MISMATCH', {
    message: `The training state "${path}" belongs to another encoder or another choice of trained parameters: ${reason}.`,
    remedy: 'Resume with the configuration that it was made with, or start anew.',
    details: { file: path },
  });
}
