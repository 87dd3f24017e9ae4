import type { ParameterKernels } from '@polyhead/numerics';
import type { NamedTensors } from '@polyhead/runtime';
import type { Tensor } from '@polyhead/types';
import type { ParameterLayout } from '../parameter-layout.ts';
import type { TableGradient } from './messages.ts';

/** The gradients that one worker has found in this step. */
export interface WorkerGradients {
  /** `[trainedLength]`: the sum over the micro-batches so far. */
  readonly total: Float32Array<ArrayBuffer>;
  /** Tensors that the next backward pass is to fill, by parameter name. */
  targets(): NamedTensors;
  /** To be called when they are filled. */
  add(table: TableGradient | undefined): void;
  /** Gradients of the table, micro-batch by micro-batch. */
  takeTable(): TableGradient[];
  /** Makes `total` right even if this worker had nothing to do in this step. */
  complete(): void;
  clear(): void;
}

/** The first micro-batch of a step writes into `total` itself, later ones into a second array that is then added. */
export function createWorkerGradients(layout: ParameterLayout, kernels: ParameterKernels): WorkerGradients {
  const total = new Float32Array(layout.trainedLength);
  const intoTotal = createTargets(layout, total);
  let next: { array: Float32Array<ArrayBuffer>; targets: NamedTensors } | undefined;
  let table: TableGradient[] = [];
  let count = 0;
  return {
    total,
    targets() {
      if (count === 0) return intoTotal;
      if (next === undefined) {
        const array = new Float32Array(layout.trainedLength);
        next = { array, targets: createTargets(layout, array) };
      }
      return next.targets;
    },
    add(gradient) {
      if (count > 0 && next !== undefined) kernels.add(total, next.array);
      if (gradient !== undefined) table.push(gradient);
      count += 1;
    },
    takeTable() {
      const taken = table;
      table = [];
      return taken;
    },
    complete() {
      if (count === 0) total.fill(0);
    },
    clear() {
      table = [];
      count = 0;
    },
  };
}

function createTargets({ parameters }: ParameterLayout, array: Float32Array<ArrayBuffer>): NamedTensors {
  const targets: Record<string, Tensor> = {};
  for (const { name, shape, offset, length, trained } of parameters) {
    if (trained) targets[name] = { dataType: 'float32', shape, data: array.subarray(offset, offset + length) };
  }
  return targets;
}
