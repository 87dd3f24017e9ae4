import { createAdamWTable, createSgdTable, type TableOptimizer } from '@polyhead/numerics';
import type { ParameterUpdate } from '@polyhead/types';
import type { TableGradient, TrainingWorkerStart } from './messages.ts';

/** Moves the rows of the table of word embeddings that one worker is given; the workers share table and moments. */
export interface TableTrainer {
  prepareRows(ids: Int32Array): void;
  catchUp(first: number, end: number): void;
  update(gradient: TableGradient, update: ParameterUpdate): void;
  /** Goes on after so many updates, of which table and moments are the result. */
  resume(updates: number): void;
}

/** Does nothing if the table is not trained. */
export function createTableTrainer(start: TrainingWorkerStart): TableTrainer {
  const { table } = start;
  let optimizer = table?.trained === true ? createOptimizer(start, 0) : undefined;
  return {
    prepareRows: (ids) => optimizer?.prepareRows(ids),
    catchUp: (first, end) => optimizer?.catchUp(first, end),
    update({ ids, values }, { learningRate, gradientScale }) {
      const step = { learningRate: learningRate * (table?.learningRateScale ?? 1), gradientScale };
      optimizer?.updateRows(ids, values, step);
    },
    resume(updates) {
      if (optimizer !== undefined) optimizer = createOptimizer(start, updates);
    },
  };
}

function createOptimizer({ table, memory, optimizer }: TrainingWorkerStart, updates: number): TableOptimizer {
  const options = {
    table: new Float32Array(memory.table),
    dimension: table?.width ?? 0,
    lastUpdates: new Int32Array(memory.tableLastUpdates),
    lazy: table?.lazy ?? false,
    updates,
  };
  const firstMoments = new Float32Array(memory.tableFirstMoments);
  if (optimizer.kind === 'sgd') return createSgdTable({ ...options, ...optimizer, velocities: firstMoments });
  const secondMoments = new Float32Array(memory.tableSecondMoments);
  return createAdamWTable({ ...options, ...optimizer, firstMoments, secondMoments });
}
