import type { Matrix, MultiLabelTargets, SingleLabelTargets } from '@polyhead/types';
import fc from 'fast-check';

/** Targets with scores, row for row. */
export interface Scored<TargetType> {
  readonly targets: TargetType;
  readonly scores: Matrix;
}

/** Few distinct scores, so that ties are common. */
const score = fc.integer({ min: 0, max: 20 }).map((value) => value / 20);

/** 1 to 30 rows of 2 to 5 classes; each row of scores sums to about 1. */
export const singleLabelData: fc.Arbitrary<Scored<SingleLabelTargets>> = fc
  .tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 2, max: 5 }))
  .chain(([rows, columns]) =>
    fc
      .record({
        classes: fc.array(fc.integer({ min: 0, max: columns - 1 }), { minLength: rows, maxLength: rows }),
        scores: fc.array(fc.array(score, { minLength: columns, maxLength: columns }), {
          minLength: rows,
          maxLength: rows,
        }),
      })
      .map(({ classes, scores }) => ({
        targets: { task: 'single-label', labels: labelNames(columns), classIndices: Int32Array.from(classes) },
        scores: { data: Float32Array.from(scores.flatMap(toShares)), rows, columns },
      })),
  );

/** 1 to 30 rows of 1 to 5 labels. */
export const multiLabelData: fc.Arbitrary<Scored<MultiLabelTargets>> = fc
  .tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 5 }))
  .chain(([rows, columns]) =>
    fc
      .record({
        indicators: fc.array(fc.integer({ min: 0, max: 1 }), { minLength: rows * columns, maxLength: rows * columns }),
        scores: fc.array(score, { minLength: rows * columns, maxLength: rows * columns }),
      })
      .map(({ indicators, scores }) => ({
        targets: { task: 'multi-label', labels: labelNames(columns), indicators: Uint8Array.from(indicators) },
        scores: { data: Float32Array.from(scores), rows, columns },
      })),
  );

function labelNames(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `label ${index}`);
}

function toShares(row: number[]): number[] {
  const sum = row.reduce((total, value) => total + value, 0);
  return row.map((value) => (sum === 0 ? 1 / row.length : value / sum));
}

/** The same rows in another order. */
export function permuteRows<TargetType extends SingleLabelTargets | MultiLabelTargets>(
  { targets, scores }: Scored<TargetType>,
  order: readonly number[],
): Scored<TargetType> {
  const permuted =
    targets.task === 'single-label'
      ? { ...targets, classIndices: Int32Array.from(order, (row) => targets.classIndices[row] ?? -1) }
      : { ...targets, indicators: Uint8Array.from(pickRows(targets.indicators, scores.columns, order)) };
  return {
    targets: permuted,
    scores: { ...scores, data: Float32Array.from(pickRows(scores.data, scores.columns, order)) },
  };
}

/** The same data with the labels in another order: new column `i` is old column `order[i]`. */
export function permuteLabels<TargetType extends SingleLabelTargets | MultiLabelTargets>(
  { targets, scores }: Scored<TargetType>,
  order: readonly number[],
): Scored<TargetType> {
  const labels = order.map((column) => targets.labels[column] ?? '');
  const permuted =
    targets.task === 'single-label'
      ? { ...targets, labels, classIndices: targets.classIndices.map((index) => order.indexOf(index)) }
      : { ...targets, labels, indicators: Uint8Array.from(pickColumns(targets.indicators, order)) };
  return { targets: permuted, scores: { ...scores, data: Float32Array.from(pickColumns(scores.data, order)) } };
}

function pickRows(values: ArrayLike<number>, columns: number, order: readonly number[]): number[] {
  return order.flatMap((row) => Array.from({ length: columns }, (_, column) => values[row * columns + column] ?? NaN));
}

function pickColumns(values: ArrayLike<number>, order: readonly number[]): number[] {
  const columns = order.length;
  return Array.from({ length: values.length }, (_, at) => {
    const row = Math.floor(at / columns);
    return values[row * columns + (order[at % columns] ?? -1)] ?? NaN;
  });
}
