import type { TableGradientSum } from './table-gradients.ts';
import type { WordTable } from './training-graphs.ts';
import type { TrainingTeam } from './training-team.ts';
import type { TableGradient } from './worker/messages.ts';

/** The range that one of several workers takes of a list. */
function shareOf(length: number, worker: number, workers: number): { readonly first: number; readonly end: number } {
  return { first: Math.floor((length * worker) / workers), end: Math.floor((length * (worker + 1)) / workers) };
}

/** Brings the rows of these tokens up to date, each worker a part of them. */
export async function prepareTableRows(team: TrainingTeam, ids: Int32Array): Promise<void> {
  const work = Array.from({ length: team.size }, (_, worker) => {
    const { first, end } = shareOf(ids.length, worker, team.size);
    return team.ask(worker, 'prepareRows', { ids: ids.slice(first, end) });
  });
  await Promise.all(work);
}

/** Brings the whole table up to date. */
export async function catchUpTable(team: TrainingTeam, table: Pick<WordTable, 'parameter'> | undefined): Promise<void> {
  const rows = table?.parameter.shape[0] ?? 0;
  const work = Array.from({ length: team.size }, (_, worker) =>
    team.ask(worker, 'catchUp', shareOf(rows, worker, team.size)),
  );
  await Promise.all(work);
}

/** Hands the rows with gradients out to the workers. Each hears of the update, even with no row to move. */
export function splitTableGradient(sum: TableGradientSum | undefined, workers: number, width: number): TableGradient[] {
  const { ids, values } = sum ?? { ids: new Int32Array(0), values: new Float32Array(0) };
  return Array.from({ length: workers }, (_, worker) => {
    const { first, end } = shareOf(ids.length, worker, workers);
    return { ids: ids.slice(first, end), values: values.slice(first * width, end * width) };
  });
}
