import { countRows, normalizeText, stratifiedSplit, type LoadedHead, type Split } from '@polyhead/data';
import type { MultiLabelTargets, RandomGenerator, Targets } from '@polyhead/types';

/** The heads of one file and their rows. */
export type FileHeads = ReadonlyMap<string, Pick<LoadedHead, 'targets' | 'rows'>>;

/**
 * Splits the rows of a file once for all its heads, so that no head trains on a row that another is judged by. Labels of
 * all heads keep their proportions (iterative stratification over all of them together); every label keeps a training row.
 * Equal texts stay together.
 * @param texts of all rows of the file
 * @throws {PolyheadError} TOO_FEW_EXAMPLES
 */
export function splitForHeads(
  heads: FileHeads,
  texts: readonly string[],
  options: { readonly fraction: number; readonly random: RandomGenerator },
): Split {
  const [only] = heads.values();
  if (heads.size === 1 && only?.rows.length === texts.length) {
    return stratifiedSplit(only.targets, { ...options, texts });
  }
  return keepLabels(stratifiedSplit(combineLabels(heads, texts.length), { ...options, texts }), heads, texts);
}

/** One indicator a label of every head, and one that tells whether a head has a target where not all rows have one. */
function combineLabels(heads: FileHeads, count: number): Targets {
  const columns = [...heads].flatMap(([name, head]) => [
    ...labelColumns(name, head, count),
    ...(head.rows.length < count ? [{ label: name, rows: [...head.rows] }] : []),
  ]);
  if (columns.length === 0) return { task: 'regression', labels: ['rows'], values: new Float64Array(count) };
  const indicators = new Uint8Array(count * columns.length);
  columns.forEach(({ rows }, column) => {
    for (const row of rows) indicators[row * columns.length + column] = 1;
  });
  return { task: 'multi-label', labels: columns.map(({ label }) => label), indicators } satisfies MultiLabelTargets;
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

/** Moves a text back where a label that occurs would have none to train on. */
function keepLabels(split: Split, heads: FileHeads, texts: readonly string[]): Split {
  const keys = texts.map(normalizeText);
  const train = new Set(split.train);
  const validation = new Set(split.validation);
  for (const [name, head] of heads) {
    for (const { rows } of labelColumns(name, head, texts.length)) {
      const [first] = rows;
      if (first === undefined || rows.some((row) => train.has(row))) continue;
      for (const row of split.validation) {
        if (keys[row] !== keys[first]) continue;
        train.add(row);
        validation.delete(row);
      }
    }
  }
  return { train: Int32Array.from(train).sort(), validation: Int32Array.from(validation).sort() };
}
