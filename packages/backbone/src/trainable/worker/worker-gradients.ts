import type { ParameterKernels } from '@polyhead/numerics';
import type { NamedTensors } from '@polyhead/runtime';
import type { Tensor } from '@polyhead/types';
import type { ParameterLayout } from '../parameter-layout.ts';
import type { TableGradient } from './messages.ts';

/** The gradients that one worker has found in this step. */
export interface WorkerGradients {
  /** Tensors that a backward pass is to fill, by parameter name. */
  readonly targets: NamedTensors;
  /** Adds what `targets` were filled with, and the gradient of the table. */
  add(table: TableGradient | undefined): void;
  /** Makes the total right even if this worker had nothing to do, and hands over the gradients of the table. */
  complete(): TableGradient[];
  clear(): void;
}

/** @param total `[trainedLength]`, shared with other workers: the sum over the micro-batches of this one */
export function createWorkerGradients(
  { parameters, trainedLength }: ParameterLayout,
  total: Float32Array,
  kernels: ParameterKernels,
): WorkerGradients {
  // ONNX Runtime cannot write into shared memory.
  const own = new Float32Array(trainedLength);
  const targets: Record<string, Tensor> = {};
  for (const { name, shape, offset, length, trained } of parameters) {
    if (trained) targets[name] = { dataType: 'float32', shape, data: own.subarray(offset, offset + length) };
  }
  let table: TableGradient[] = [];
  let count = 0;
  return {
    targets,
    add(gradient) {
      if (count === 0) total.set(own);
      else kernels.add(total, own);
      if (gradient !== undefined) table.push(gradient);
      count += 1;
    },
    complete() {
      if (count === 0) total.fill(0);
      return table;
    },
    clear() {
      table = [];
      count = 0;
    },
  };
}
