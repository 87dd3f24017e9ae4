import type { OptimizerSettings, Tensor } from '@polyhead/types';
import type { EncoderState } from './encoder-state.ts';
import { createSharedMemory, type SharedLengths, type SharedMemory } from './shared-memory.ts';
import type { TrainingGraphs } from './training-graphs.ts';

/** All parameters and optimizer state of a training, in memory that the workers share. */
export interface TrainingMemory {
  readonly shared: SharedMemory;
  /** The parameters as they are, by name. */
  readonly parameters: ReadonlyMap<string, Tensor>;
  /** Trained parameters and optimizer state, for checkpoints. */
  readonly state: EncoderState;
}

/** What the arrays of a parameter are called in a checkpoint. */
const stateKinds = ['parameter', 'first_moment', 'second_moment'];

/** Allocates the shared arrays and fills them with the parameters that the graphs came with. */
export function createTrainingMemory(
  graphs: TrainingGraphs,
  options: { readonly optimizer: OptimizerSettings; readonly workers: number },
): TrainingMemory {
  const { memory, view } = createSharedMemory(toLengths(graphs, options));
  const parameters = new Map<string, Tensor>();
  const state = new Map<string, Tensor>();
  const addState = (name: string, shape: readonly number[], arrays: readonly Float32Array[]): void => {
    arrays.forEach((data, kind) => {
      if (data.length > 0) state.set(`${stateKinds[kind] ?? ''}/${name}`, { dataType: 'float32', shape, data });
    });
  };
  for (const { name, shape, offset, length, trained } of graphs.layout.parameters) {
    const part = (array: Float32Array): Float32Array => array.subarray(offset, offset + length);
    const values = part(view.parameters);
    values.set(graphs.values.get(name) ?? []);
    parameters.set(name, { dataType: 'float32', shape, data: values });
    if (trained) addState(name, shape, [values, part(view.firstMoments), part(view.secondMoments)]);
  }
  if (graphs.table !== undefined) {
    const { name, shape } = graphs.table.parameter;
    view.table.set(graphs.table.values);
    parameters.set(name, { dataType: 'float32', shape, data: view.table });
    if (graphs.table.trained) {
      addState(name, shape, [view.table, view.tableFirstMoments, view.tableSecondMoments]);
      const { tableLastUpdates: data } = view;
      state.set(`last_update/${name}`, { dataType: 'int32', shape: [data.length], data });
    }
  }
  return { shared: memory, parameters, state };
}

function toLengths(
  { layout, table }: TrainingGraphs,
  { optimizer, workers }: { readonly optimizer: OptimizerSettings; readonly workers: number },
): SharedLengths {
  const moments = optimizer.kind === 'adamw' ? 1 : 0;
  const tableLength = table?.values.length ?? 0;
  const trainedTable = table?.trained === true ? tableLength : 0;
  return {
    parameters: layout.totalLength,
    firstMoments: layout.trainedLength,
    secondMoments: layout.trainedLength * moments,
    table: tableLength,
    tableFirstMoments: trainedTable,
    tableSecondMoments: trainedTable * moments,
    gradients: layout.trainedLength,
    workers,
    tableRows: table?.trained === true ? (table.parameter.shape[0] ?? 0) : 0,
  };
}
