import type { NamedTensors } from '@polyhead/runtime';
import type { Tensor, TensorDataType } from '@polyhead/types';
import { evaluateShape, type BatchSizes } from '../shape-formula.ts';
import type { BufferPool } from './buffer-pool.ts';
import type { SavedValue } from './messages.ts';

/** Tensors over one buffer, which is given back to its pool when they are no longer needed. */
export interface PooledTensors {
  readonly tensors: NamedTensors;
  free(): void;
}

const bytesPerElement: Partial<Record<TensorDataType, number>> = { float32: 4, int64: 8, int32: 4, bool: 1, uint8: 1 };

/** Starts of tensors are multiples of this, a cache line. */
const alignment = 64;

/**
 * Tensors of the right shapes for saved values, for the runtime to fill.
 * @returns undefined if the shape or type of one of them is not known before
 */
export function allocateSavedTensors(
  values: readonly SavedValue[],
  sizes: BatchSizes,
  pool: BufferPool,
): PooledTensors | undefined {
  const places: { value: SavedValue; shape: number[]; start: number; count: number }[] = [];
  let end = 0;
  for (const value of values) {
    const bytes = bytesPerElement[value.dataType];
    if (value.shape === undefined || bytes === undefined) return undefined;
    const shape = evaluateShape(value.shape, sizes);
    const count = shape.reduce((product, size) => product * size, 1);
    places.push({ value, shape, start: end, count });
    end += Math.ceil((count * bytes) / alignment) * alignment;
  }
  const buffer = pool.take(end);
  const tensors: Record<string, Tensor> = {};
  for (const { value, shape, start, count } of places) {
    tensors[value.name] = createView(value.dataType, shape, { buffer, start, count });
  }
  return {
    tensors,
    free: () => {
      pool.give(buffer);
    },
  };
}

function createView(
  dataType: TensorDataType,
  shape: readonly number[],
  { buffer, start, count }: { buffer: ArrayBuffer; start: number; count: number },
): Tensor {
  switch (dataType) {
    case 'int64':
      return { dataType, shape, data: new BigInt64Array(buffer, start, count) };
    case 'int32':
      return { dataType, shape, data: new Int32Array(buffer, start, count) };
    case 'bool':
    case 'uint8':
      return { dataType, shape, data: new Uint8Array(buffer, start, count) };
    default:
      return { dataType: 'float32', shape, data: new Float32Array(buffer, start, count) };
  }
}
