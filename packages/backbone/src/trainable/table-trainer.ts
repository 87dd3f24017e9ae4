import { createParameterKernels } from '@polyhead/numerics';
import type { OptimizerSettings, ParameterUpdate } from '@polyhead/types';
import type { TableGradientSum } from './table-gradients.ts';
import type { WordTable } from './training-graphs.ts';

/** Moves the table of word embeddings. */
export interface TableTrainer {
  /** What has to be saved, by kind: `parameter`, `first_moment`, `second_moment`. */
  readonly arrays: Readonly<Record<string, Float32Array>>;
  /** Makes sure that these rows are as they should be now. */
  prepareRows(ids: Int32Array): void;
  /** Makes sure that all rows are. */
  catchUp(): void;
  update(gradient: TableGradientSum, update: ParameterUpdate): void;
  /** After `arrays` were filled from a file, at this number of updates. */
  reset(updates: number): void;
}

export function createTableTrainer(
  table: WordTable,
  values: Float32Array,
  { optimizer }: { readonly optimizer: OptimizerSettings; readonly lazy: boolean },
): TableTrainer {
  const kernels = createParameterKernels();
  const first = new Float32Array(values.length);
  const second = new Float32Array(optimizer.kind === 'adamw' ? values.length : 0);
  const dense = new Float32Array(values.length);
  let updates = 0;
  return {
    arrays: { parameter: values, first_moment: first, ...(second.length > 0 ? { second_moment: second } : {}) },
    prepareRows: () => undefined,
    catchUp: () => undefined,
    update(gradient, { learningRate, gradientScale }) {
      dense.fill(0);
      gradient.ids.forEach((id, row) => {
        dense.set(gradient.values.subarray(row * table.width, (row + 1) * table.width), id * table.width);
      });
      updates += 1;
      const common = {
        learningRate: learningRate * table.learningRateScale,
        gradientScale,
        weightDecay: optimizer.weightDecay,
      };
      if (optimizer.kind === 'adamw') {
        kernels.adamW(
          { parameters: values, gradients: dense, firstMoments: first, secondMoments: second },
          { ...common, ...optimizer, updates },
        );
      } else {
        kernels.sgd(
          { parameters: values, gradients: dense, velocities: first },
          { ...common, ...optimizer, isFirst: updates === 1 },
        );
      }
    },
    reset(count) {
      updates = count;
    },
  };
}
