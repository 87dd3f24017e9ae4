import { PolyheadError, type LabeledTexts, type Targets } from '@polyhead/types';

/** Number of examples that targets describe. */
export function countRows(targets: Targets): number {
  if (targets.task === 'single-label') return targets.classIndices.length;
  if (targets.task === 'regression') return targets.values.length;
  return targets.labels.length === 0 ? 0 : targets.indicators.length / targets.labels.length;
}

function assertRows(rows: ArrayLike<number>, count: number): void {
  const wrong = Array.from(rows).find((row) => !Number.isInteger(row) || row < 0 || row >= count);
  if (wrong === undefined) return;
  throw new PolyheadError('INVALID_ARGUMENT', {
    message: `There is no row ${wrong} among ${count} rows (0 is the first).`,
  });
}

/**
 * The targets of some rows, in the order of `rows`; labels stay as they are.
 * @throws {PolyheadError} INVALID_ARGUMENT for a row that does not exist
 */
export function selectTargets(targets: Targets, rows: ArrayLike<number>): Targets {
  assertRows(rows, countRows(targets));
  const { labels } = targets;
  const { length } = rows;
  if (targets.task === 'single-label') {
    const classIndices = Int32Array.from({ length }, (_, index) => targets.classIndices[rows[index] ?? -1] ?? -1);
    return { task: 'single-label', labels, classIndices };
  }
  if (targets.task === 'regression') {
    const values = Float64Array.from({ length }, (_, index) => targets.values[rows[index] ?? -1] ?? Number.NaN);
    return { task: 'regression', labels, values };
  }
  const width = labels.length;
  const indicators = new Uint8Array(length * width);
  for (let index = 0; index < length; index++) {
    const start = (rows[index] ?? 0) * width;
    indicators.set(targets.indicators.subarray(start, start + width), index * width);
  }
  return { task: 'multi-label', labels, indicators };
}

/**
 * The texts and targets of some rows, in the order of `rows`; labels stay as they are.
 * @throws {PolyheadError} INVALID_ARGUMENT for a row that does not exist
 */
export function selectRows(examples: LabeledTexts, rows: ArrayLike<number>): LabeledTexts {
  const texts = Array.from(rows, (row) => examples.texts[row] ?? '');
  return { texts, targets: selectTargets(examples.targets, rows) };
}

/** The labels of one row, in the order of the label set; for regression its value as text. */
export function labelsOfRow(targets: Targets, row: number): readonly string[] {
  if (targets.task === 'regression') return [String(targets.values[row])];
  if (targets.task === 'multi-label') {
    const start = row * targets.labels.length;
    return targets.labels.filter((_, place) => targets.indicators[start + place] === 1);
  }
  const label = targets.labels[targets.classIndices[row] ?? -1];
  return label === undefined ? [] : [label];
}
