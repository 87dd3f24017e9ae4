import type { NamedTensors } from '@polyhead/runtime';
import type { Tensor, TensorDataType } from '@polyhead/types';
import { bytesPerElement } from '../graph-memory.ts';
import { countNumbers } from '../parameter-layout.ts';
import { evaluateShape, type BatchSizes, type ShapeFormula } from '../shape-formula.ts';
import type { BufferPool } from './buffer-pool.ts';

/** Tensors over one buffer, which is given back to its pool when they are no longer needed. */
export interface PooledTensors {
  readonly tensors: NamedTensors;
  free(): void;
}

/** Starts of tensors are multiples of this, a cache line. */
const alignment = 64;

/** A tensor to be allocated. */
export interface TensorPlan {
  readonly name: string;
  /** @default 'float32' */
  readonly dataType?: TensorDataType;
  readonly shape: ShapeFormula | undefined;
}

/** Tensors for a batch over one buffer of the pool; their content is anything. Those of unknown shape are left out. */
export function allocateTensors(plans: readonly TensorPlan[], sizes: BatchSizes, pool: BufferPool): PooledTensors {
  const places: { name: string; dataType: TensorDataType; shape: number[]; start: number; count: number }[] = [];
  let end = 0;
  for (const { name, dataType = 'float32', shape: formula } of plans) {
    if (formula === undefined) continue;
    const shape = evaluateShape(formula, sizes);
    const count = countNumbers(shape);
    places.push({ name, dataType, shape, start: end, count });
    end += Math.ceil((count * bytesPerElement(dataType)) / alignment) * alignment;
  }
  const buffer = pool.take(end);
  const tensors: Record<string, Tensor> = {};
  for (const { name, dataType, shape, start, count } of places) {
    tensors[name] = createView(dataType, shape, { buffer, start, count });
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
