import { createAdamWTable, createSgdTable, type TableOptimizer } from '@polyhead/numerics';
import type { ParameterUpdate } from '@polyhead/types';
import type { SharedView } from '../shared-memory.ts';
import type { TableGradient, TrainingWorkerStart } from './messages.ts';

/** Moves the rows of the table of word embeddings that one worker is given; the workers share table and moments. */
export interface TableTrainer {
  prepareRows(ids: Int32Array): void;
  catchUp(first: number, end: number): void;
  update(gradient: TableGradient, update: ParameterUpdate): void;
  /** Goes on after updates with these learning rates, of which table and moments are the result. */
  resume(learningRates: readonly number[]): void;
}

/** Does nothing if the table is not trained. */
export function createTableTrainer(start: TrainingWorkerStart, view: SharedView): TableTrainer {
  const { table } = start;
  let optimizer = table?.trained === true ? createOptimizer(start, view, []) : undefined;
  return {
    prepareRows: (ids) => optimizer?.prepareRows(ids),
    catchUp: (first, end) => optimizer?.catchUp(first, end),
    update({ ids, values }, { learningRate, gradientScale }) {
      const step = { learningRate: learningRate * (table?.learningRateScale ?? 1), gradientScale };
      optimizer?.updateRows(ids, values, step);
    },
    resume(learningRates) {
      if (optimizer !== undefined) optimizer = createOptimizer(start, view, learningRates);
    },
  };
}

function createOptimizer(
  { table, optimizer }: TrainingWorkerStart,
  view: SharedView,
  learningRates: readonly number[],
): TableOptimizer {
  const scale = table?.learningRateScale ?? 1;
  const options = {
    table: view.table,
    dimension: table?.width ?? 0,
    lastUpdates: view.tableLastUpdates,
    lazy: table?.lazy ?? false,
    pastLearningRates: learningRates.map((rate) => rate * scale),
  };
  const { tableFirstMoments: firstMoments, tableSecondMoments: secondMoments } = view;
  if (optimizer.kind === 'sgd') return createSgdTable({ ...options, ...optimizer, velocities: firstMoments });
  return createAdamWTable({ ...options, ...optimizer, firstMoments, secondMoments });
}
