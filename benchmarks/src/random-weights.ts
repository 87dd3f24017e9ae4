import { createLazyTensor, float32ToFloat16, writeSafetensors } from '@polyhead/onnx';
import type { Tensor } from '@polyhead/types';

/** The element types that a checkpoint can be written in. */
export type CheckpointDataType = 'float32' | 'float16';

/** The tensors of a checkpoint by name, each with its shape. */
export type TensorShapes = ReadonlyMap<string, readonly number[]>;

/**
 * Writes a weights file with random weights (standard deviation 0.02, as a model is initialised), one tensor after the
 * other. The same shapes give the same bytes.
 */
export async function writeRandomWeights(
  file: string,
  shapes: TensorShapes,
  dataType: CheckpointDataType,
): Promise<void> {
  await writeSafetensors(file, createTensors(shapes, dataType), { format: 'pt' });
}

export function countElements(sizes: readonly number[]): number {
  return sizes.reduce((product, size) => product * size, 1);
}

function createTensors(shapes: TensorShapes, dataType: CheckpointDataType): Map<string, Tensor> {
  const tensors = [...shapes].map(([name, sizes], index): [string, Tensor] => {
    const read = (): Uint8Array => {
      const values = createValues(name, countElements(sizes), index + 1);
      const data = dataType === 'float16' ? float32ToFloat16(values) : values;
      return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    };
    return [name, createLazyTensor({ dataType, shape: sizes }, read)];
  });
  return new Map(tensors);
}

function createValues(name: string, length: number, seed: number): Float32Array {
  if (name.endsWith('.bias')) return new Float32Array(length);
  return name.endsWith('LayerNorm.weight') ? new Float32Array(length).fill(1) : randomWeights(length, seed);
}

/** Uniform numbers with the standard deviation 0.02, by xorshift (Marsaglia 2003): half a billion in seconds. */
function randomWeights(length: number, seed: number): Float32Array {
  const values = new Float32Array(length);
  const scale = (0.02 * Math.sqrt(12)) / 2 ** 32;
  let state = Math.imul(seed, 0x9e3779b1) | 1;
  for (let index = 0; index < length; index++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    values[index] = state * scale;
  }
  return values;
}
