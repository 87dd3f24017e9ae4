import type { RowProblem } from '@polyhead/types';
import type { TrainingWarning } from '../training-events.ts';
import { plural } from './plural.ts';

/**
 * Words rows that were left out: one warning a file for what is wrong with whole rows, and one more for each head with wrong
 * targets there. A problem that several heads or parts of the data share is counted once.
 */
export function describeSkippedRows(problems: readonly RowProblem[]): TrainingWarning[] {
  const groups = new Map<string, Map<string, RowProblem>>();
  for (const problem of problems) {
    const { file, row, head, reason } = problem;
    const key = JSON.stringify([file, head]);
    const group = groups.get(key) ?? new Map<string, RowProblem>();
    groups.set(key, group.set(JSON.stringify([row, reason]), problem));
  }
  return [...groups.values()].flatMap((group) => {
    const own = [...group.values()];
    const [first] = own;
    if (first === undefined) return [];
    const { file, row, head, reason } = first;
    const message = `${plural(own.length, 'row')} of "${file}" skipped. First: ${file}:${row}: ${reason}.`;
    return [{ head, message, problems: own }];
  });
}
