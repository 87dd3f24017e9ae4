import type { OptimizerSettings, Tensor } from '@polyhead/types';
import type { EncoderState, StateTensor } from './encoder-state.ts';
import type { TrainingGraphs } from './training-graphs.ts';
import type { SharedMemory } from './worker/messages.ts';

/** All parameters and optimizer state of a training, in memory that the workers share. */
export interface TrainingMemory {
  readonly shared: SharedMemory;
  /** The parameters as they are, by name. */
  readonly parameters: ReadonlyMap<string, Tensor>;
  /** Trained parameters and optimizer state, for checkpoints. */
  readonly state: EncoderState;
}

/** Allocates the shared arrays and fills them with the parameters that the graphs came with. */
export function createTrainingMemory(
  graphs: TrainingGraphs,
  options: { readonly optimizer: OptimizerSettings; readonly workers: number },
): TrainingMemory {
  const shared = allocate(graphs, options);
  const first = new Float32Array(shared.firstMoments);
  const second = new Float32Array(shared.secondMoments);
  const values = new Float32Array(shared.parameters);
  const parameters = new Map<string, Tensor>();
  const state = new Map<string, StateTensor>();
  const addState = (name: string, shape: readonly number[], arrays: readonly Float32Array[]): void => {
    arrays.forEach((data, kind) => {
      if (data.length > 0) state.set(`${stateKinds[kind] ?? ''}/${name}`, { shape, data });
    });
  };
  for (const { name, shape, offset, length, trained } of graphs.layout.parameters) {
    const part = (array: Float32Array): Float32Array => array.subarray(offset, offset + length);
    part(values).set(graphs.values.get(name) ?? []);
    parameters.set(name, { dataType: 'float32', shape, data: part(values) });
    if (trained) addState(name, shape, [values, first, second].map(part));
  }
  if (graphs.table !== undefined) {
    const { name, shape } = graphs.table.parameter;
    const data = new Float32Array(shared.table);
    data.set(graphs.table.values);
    parameters.set(name, { dataType: 'float32', shape, data });
    const moments = [shared.tableFirstMoments, shared.tableSecondMoments].map((buffer) => new Float32Array(buffer));
    if (graphs.table.trained) addState(name, shape, [data, ...moments]);
  }
  return { shared, parameters, state: { tensors: state } };
}

/** What the arrays of a parameter are called in a checkpoint. */
const stateKinds = ['parameter', 'first_moment', 'second_moment'];

function allocate(
  { layout, table }: TrainingGraphs,
  { optimizer, workers }: { readonly optimizer: OptimizerSettings; readonly workers: number },
): SharedMemory {
  const second = optimizer.kind === 'adamw' ? 1 : 0;
  const tableLength = table?.values.length ?? 0;
  const trainedTable = table?.trained === true ? tableLength : 0;
  return {
    parameters: createFloats(layout.totalLength),
    firstMoments: createFloats(layout.trainedLength),
    secondMoments: createFloats(layout.trainedLength * second),
    // A single worker has nobody to exchange gradients with.
    exchange: Array.from({ length: workers }, () => createFloats(workers === 1 ? 0 : layout.trainedLength)),
    table: createFloats(tableLength),
    tableFirstMoments: createFloats(trainedTable),
    tableSecondMoments: createFloats(trainedTable * second),
    tableLastUpdates: createFloats(table?.trained === true ? (table.parameter.shape[0] ?? 0) : 0),
  };
}

/** Zeros of four bytes each. */
function createFloats(length: number): SharedArrayBuffer {
  return new SharedArrayBuffer(length * Float32Array.BYTES_PER_ELEMENT);
}

/** Bytes of everything that is allocated for all workers together. */
export function countSharedBytes({ exchange, ...others }: SharedMemory): number {
  return [...exchange, ...Object.values(others)].reduce((sum, buffer) => sum + buffer.byteLength, 0);
}
