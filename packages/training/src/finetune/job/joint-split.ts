import { countRows, stratifiedSplit, type LoadedHead, type Split } from '@polyhead/data';
import type { MultiLabelTargets, RandomGenerator } from '@polyhead/types';

/** Heads and their rows among some texts. */
export type FileHeads = ReadonlyMap<string, Pick<LoadedHead, 'targets' | 'rows'>>;

/**
 * Splits rows once for several heads, so that no head trains on a row that another is judged by. Labels of all heads keep their
 * proportions: those of the one head that has labels, if all heads have a target in every row, else by iterative
 * stratification over all of them together. Every label keeps a training row. Equal texts stay together.
 * @param texts of all rows
 * @throws {PolyheadError} TOO_FEW_EXAMPLES
 */
export function splitForHeads(
  heads: FileHeads,
  texts: readonly string[],
  options: { readonly fraction: number; readonly random: RandomGenerator },
): Split {
  const all = [...heads.values()];
  const labelled = all.filter(({ targets }) => targets.task !== 'regression');
  const [decisive = all[0]] = labelled;
  const areComplete = all.every(({ rows }) => rows.length === texts.length);
  if (decisive !== undefined && labelled.length < 2 && areComplete) {
    return stratifiedSplit(decisive.targets, { ...options, texts });
  }
  return stratifiedSplit(combineLabels(heads, texts.length), { ...options, texts });
}

/** One indicator a label of every head, and one that tells whether a head has a target where not all rows have one. */
function combineLabels(heads: FileHeads, count: number): MultiLabelTargets {
  const columns = [...heads].flatMap(([name, head]) => [
    ...labelColumns(name, head, count),
    ...(head.rows.length < count ? [{ label: name, rows: [...head.rows] }] : []),
  ]);
  const indicators = new Uint8Array(count * columns.length);
  columns.forEach(({ rows }, column) => {
    for (const row of rows) indicators[row * columns.length + column] = 1;
  });
  return { task: 'multi-label', labels: columns.map(({ label }) => label), indicators };
}

interface LabelColumn {
  readonly label: string;
  readonly rows: readonly number[];
}

function labelColumns(
  name: string,
  { targets, rows }: Pick<LoadedHead, 'targets' | 'rows'>,
  count: number,
): LabelColumn[] {
  if (targets.task === 'regression' || count === 0) return [];
  const columns = targets.labels.map((label) => ({ label: `${name}: ${label}`, rows: [] as number[] }));
  const width = targets.labels.length;
  for (let target = 0; target < countRows(targets); target += 1) {
    const row = rows[target] ?? 0;
    if (targets.task === 'single-label') columns[targets.classIndices[target] ?? -1]?.rows.push(row);
    else columns.forEach((column, label) => targets.indicators[target * width + label] === 1 && column.rows.push(row));
  }
  return columns;
}
