import { shareOf } from './table-gradients.ts';
import type { WordTable } from './training-graphs.ts';
import type { TrainingTeam } from './training-team.ts';

/** Brings the rows of these tokens up to date, each worker a part of them. */
export async function prepareTableRows(team: TrainingTeam, ids: Int32Array): Promise<void> {
  const work = Array.from({ length: team.size }, (_, worker) => {
    const { first, end } = shareOf(ids.length, { worker, workers: team.size });
    return team.ask(worker, 'prepareRows', { ids: ids.slice(first, end) });
  });
  await Promise.all(work);
}

/** Brings the whole table up to date. */
export async function catchUpTable(team: TrainingTeam, table: Pick<WordTable, 'parameter'> | undefined): Promise<void> {
  const rows = table?.parameter.shape[0] ?? 0;
  const work = Array.from({ length: team.size }, (_, worker) =>
    team.ask(worker, 'catchUp', shareOf(rows, { worker, workers: team.size })),
  );
  await Promise.all(work);
}
