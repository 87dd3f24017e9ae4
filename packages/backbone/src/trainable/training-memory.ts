import type { OptimizerSettings, Tensor } from '@polyhead/types';
import type { EncoderState, StateTensor } from './encoder-state.ts';
import type { TrainingGraphs } from './training-graphs.ts';
import { createTableTrainer, type TableTrainer } from './table-trainer.ts';
import type { SharedMemory } from './worker/messages.ts';

/** All parameters and optimizer state of a training, in memory that the workers share. */
export interface TrainingMemory {
  readonly shared: SharedMemory;
  /** Undefined if the graphs take no rows of a table, or the table is not trained. */
  readonly table: TableTrainer | undefined;
  /** Numbers in the table and its moments. */
  readonly tableNumbers: number;
  /** The parameters as they are, by name. */
  readonly parameters: ReadonlyMap<string, Tensor>;
  readonly state: EncoderState;
}

/** Allocates the shared arrays and fills them with the parameters that the graphs came with. */
export function createTrainingMemory(
  graphs: TrainingGraphs,
  options: { readonly optimizer: OptimizerSettings; readonly workers: number; readonly lazy: boolean },
): TrainingMemory {
  const { layout, table } = graphs;
  const usesSecond = options.optimizer.kind === 'adamw';
  const shared: SharedMemory = {
    parameters: createFloats(layout.totalLength),
    table: createFloats(table?.values.length ?? 0),
    firstMoments: createFloats(layout.trainedLength),
    secondMoments: createFloats(usesSecond ? layout.trainedLength : 0),
    exchange: Array.from({ length: options.workers }, () => createFloats(layout.trainedLength)),
  };
  const values = new Float32Array(shared.parameters);
  for (const { name, offset } of layout.parameters) values.set(graphs.values.get(name) ?? [], offset);
  const tableValues = new Float32Array(shared.table);
  tableValues.set(table?.values ?? []);
  const trainer = table?.trained === true ? createTableTrainer(table, tableValues, options) : undefined;

  const parameters = new Map<string, Tensor>();
  const state = new Map<string, StateTensor>();
  const first = new Float32Array(shared.firstMoments);
  const second = new Float32Array(shared.secondMoments);
  for (const { name, shape, offset, length, trained } of layout.parameters) {
    const part = (array: Float32Array): Float32Array => array.subarray(offset, offset + length);
    parameters.set(name, { dataType: 'float32', shape, data: part(values) });
    if (!trained) continue;
    state.set(`parameter/${name}`, { shape, data: part(values) });
    state.set(`first_moment/${name}`, { shape, data: part(first) });
    if (usesSecond) state.set(`second_moment/${name}`, { shape, data: part(second) });
  }
  if (table !== undefined) {
    const { name, shape } = table.parameter;
    parameters.set(name, { dataType: 'float32', shape, data: tableValues });
    for (const [kind, data] of Object.entries(trainer?.arrays ?? {})) state.set(`${kind}/${name}`, { shape, data });
  }
  const tableNumbers = tableValues.length * (trainer === undefined ? 1 : 1 + Object.keys(trainer.arrays).length);
  return { shared, table: trainer, tableNumbers, parameters, state: { tensors: state } };
}

function createFloats(length: number): SharedArrayBuffer {
  return new SharedArrayBuffer(length * Float32Array.BYTES_PER_ELEMENT);
}
