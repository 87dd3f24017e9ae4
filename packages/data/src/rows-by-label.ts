import type { MultiLabelTargets, SingleLabelTargets } from '@polyhead/types';

/** The rows of each label, ascending, in the order of the labels. */
export function rowsByLabel(targets: SingleLabelTargets | MultiLabelTargets): number[][] {
  const rows: number[][] = targets.labels.map(() => []);
  if (targets.task === 'single-label') {
    for (const [row, place] of targets.classIndices.entries()) rows[place]?.push(row);
    return rows;
  }
  const width = targets.labels.length;
  for (const [cell, indicator] of targets.indicators.entries()) {
    if (indicator === 1) rows[cell % width]?.push(Math.floor(cell / width));
  }
  return rows;
}
