import { readSafetensors, writeSafetensors, type SafetensorsFile } from '@polyhead/onnx';
import { PolyheadError, type Tensor } from '@polyhead/types';

/**
 * Everything that has to be brought back for training to go on, by names that say what it is: `parameter/NAME`,
 * `first_moment/NAME`, `second_moment/NAME`. The arrays are live: they are written, and filled when a state is read.
 */
export type EncoderState = ReadonlyMap<string, Tensor>;

const format = 'polyhead-training-state';
const learningRatesName = 'learning_rates';

/**
 * @param learningRates of all updates so far
 * @throws {PolyheadError} FILE_NOT_WRITABLE, DISK_FULL
 */
export function writeEncoderState(path: string, state: EncoderState, learningRates: readonly number[]): Promise<void> {
  const rates: Tensor = { dataType: 'float64', shape: [learningRates.length], data: Float64Array.from(learningRates) };
  return writeSafetensors(path, new Map([...state, [learningRatesName, rates]]), { format });
}

/**
 * Fills the arrays of a state from a file. Nothing is changed before the whole file was found to fit.
 * @returns the learning rates of all updates so far
 * @throws {PolyheadError} FILE_NOT_FOUND, SAFETENSORS_MALFORMED, CHECKPOINT_MISMATCH
 */
export async function readEncoderState(path: string, state: EncoderState): Promise<number[]> {
  const file = await readSafetensors(path);
  const rates = file.tensors.get(learningRatesName);
  if (file.metadata['format'] !== format || rates?.dataType !== 'float64') {
    throw mismatch(path, 'it is not a training state');
  }
  const surplus = [...file.tensors.keys()].find((name) => name !== learningRatesName && !state.has(name));
  if (surplus !== undefined) throw mismatch(path, `it holds "${surplus}", which is not trained here`);
  const fills = [...state].map(([name, target]) => prepareFill(path, target, { name, file }));
  for (const fill of fills) fill();
  return [...rates.data];
}

/** Checks a tensor of the file; what comes back copies it. */
function prepareFill(
  path: string,
  target: Tensor,
  { name, file }: { readonly name: string; readonly file: SafetensorsFile },
): () => void {
  const tensor = file.tensors.get(name);
  if (tensor === undefined) throw mismatch(path, `it lacks "${name}"`);
  if (tensor.shape.join() !== target.shape.join() || tensor.dataType !== target.dataType) {
    const [there, here] = [tensor, target].map(({ dataType, shape }) => `${dataType} [${shape.join(', ')}]`);
    throw mismatch(path, `"${name}" is ${there ?? ''} there and ${here ?? ''} here`);
  }
  return () => {
    if (target.dataType === 'float32' && tensor.dataType === 'float32') target.data.set(tensor.data);
    if (target.dataType === 'int32' && tensor.dataType === 'int32') target.data.set(tensor.data);
  };
}

function mismatch(path: string, reason: string): PolyheadError {
  return new PolyheadError('CHECKPOINT_MISMATCH', {
    message: `The training state "${path}" belongs to another encoder or another choice of trained parameters: ${reason}.`,
    remedy: 'Resume with the configuration that it was made with, or start anew.',
    details: { file: path },
  });
}
