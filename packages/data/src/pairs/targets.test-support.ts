import fc from 'fast-check';
import type { MultiLabelTargets, SingleLabelTargets } from '@polyhead/types';

const labels = ['a', 'b', 'c', 'd'];

/** A seed of a random generator. */
export const seeds: fc.Arbitrary<number> = fc.integer({ min: 0, max: 2 ** 31 });

/** Single-label targets of up to 30 rows and four classes, in very unequal shares too. */
const singleLabelTargets: fc.Arbitrary<SingleLabelTargets> = fc
  .array(fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 2, arbitrary: fc.integer({ min: 0, max: 3 }) }), {
    maxLength: 30,
  })
  .map((rows) => toSingleLabel(rows, labels));

/** Multi-label targets of up to 30 rows and three labels, some rows without any. */
export const multiLabelTargets: fc.Arbitrary<MultiLabelTargets> = fc
  .array(fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()), { maxLength: 30 })
  .map((rows) => toMultiLabel(rows.map((row) => row.map(Number))));

/** Targets of both tasks. */
export const labelledTargets: fc.Arbitrary<SingleLabelTargets | MultiLabelTargets> = fc.oneof(
  singleLabelTargets,
  multiLabelTargets,
);

/** Targets from the class of each row. */
export function toSingleLabel(rows: readonly number[], names: readonly string[] = labels): SingleLabelTargets {
  return { task: 'single-label', labels: names, classIndices: Int32Array.from(rows) };
}

/** Targets from the 0/1 indicators of each row. */
export function toMultiLabel(
  rows: readonly (readonly number[])[],
  names: readonly string[] = labels.slice(0, 3),
): MultiLabelTargets {
  return { task: 'multi-label', labels: names, indicators: Uint8Array.from(rows.flat()) };
}

/** Targets of equally large classes, row after row. */
export function equalClasses(classes: number, rowsOfEach: number): SingleLabelTargets {
  const names = Array.from({ length: classes }, (_, place) => `class ${place}`);
  return toSingleLabel(
    Array.from({ length: classes * rowsOfEach }, (_, row) => row % classes),
    names,
  );
}

/** Whether two rows share a label, straight from the definition. */
export function shareLabel(targets: SingleLabelTargets | MultiLabelTargets, first: number, second: number): boolean {
  if (targets.task === 'single-label') return targets.classIndices[first] === targets.classIndices[second];
  const { indicators, labels: names } = targets;
  return names.some(
    (_, label) => indicators[first * names.length + label] === 1 && indicators[second * names.length + label] === 1,
  );
}
