import { PolyheadError, type Targets } from '@polyhead/types';
import { compareNaturally } from './natural-order.ts';

/** The labels of a head in a fixed order. */
export interface LabelSet {
  readonly labels: readonly string[];
  /** `given`: as the caller listed them. `sorted`: as found in the data, in natural order (`2` before `10`). */
  readonly order: 'given' | 'sorted';
}

/** Collects the labels of rows, each as an index into {@link LabelCollector.names}. */
export interface LabelCollector {
  /** The index of a label; remembers the row. */
  add(label: string, row: number): number;
  /** Labels in the order in which they appeared first. */
  readonly names: readonly string[];
  /**
   * The label set, and for each collected index its place in it.
   * @param given the labels that there may be, in order
   * @throws {PolyheadError} UNKNOWN_LABEL
   */
  finish(given: readonly string[] | undefined): { readonly labelSet: LabelSet; readonly places: Int32Array };
}

const exampleRows = 3;

/**
 * Makes an empty {@link LabelCollector}.
 * @param file named in errors
 */
export function createLabelCollector(file: string): LabelCollector {
  const names: string[] = [];
  const indices = new Map<string, number>();
  const uses: LabelUse[] = [];
  return {
    names,
    add(label, row) {
      let index = indices.get(label);
      if (index === undefined) {
        index = names.push(label) - 1;
        indices.set(label, index);
      }
      noteUse(uses, index, row);
      return index;
    },
    finish(given) {
      const labelSet = toLabelSet(names, given);
      const placeOf = new Map(labelSet.labels.map((label, place) => [label, place]));
      const unknown = names.flatMap((label, index) => (placeOf.has(label) ? [] : [{ label, ...useOf(uses, index) }]));
      if (unknown.length > 0) throw unknownLabelError(file, unknown);
      return { labelSet, places: Int32Array.from(names, (label) => placeOf.get(label) ?? -1) };
    },
  };
}

interface LabelUse {
  count: number;
  readonly rows: number[];
}

function noteUse(uses: LabelUse[], index: number, row: number): void {
  const use = (uses[index] ??= { count: 0, rows: [] });
  use.count++;
  if (use.rows.length < exampleRows) use.rows.push(row);
}

function useOf(uses: readonly LabelUse[], index: number): LabelUse {
  return uses[index] ?? { count: 0, rows: [] };
}

/**
 * The label set for the labels that occur.
 * @param given taken as it is; without it the labels that occur are sorted naturally
 * @throws {PolyheadError} INVALID_ARGUMENT if a given label is empty or listed twice
 */
export function toLabelSet(occurring: readonly string[], given: readonly string[] | undefined): LabelSet {
  if (given === undefined) return { labels: [...new Set(occurring)].sort(compareNaturally), order: 'sorted' };
  const wrong = given.find((label, index) => label.trim() === '' || given.indexOf(label) !== index);
  if (wrong === undefined) return { labels: [...given], order: 'given' };
  throw new PolyheadError('INVALID_ARGUMENT', {
    message: wrong.trim() === '' ? 'The label list has an empty label.' : `The label list has "${wrong}" twice.`,
    details: { label: wrong },
  });
}

const listedLabels = 10;

function unknownLabelError(file: string, unknown: readonly (LabelUse & { readonly label: string })[]): PolyheadError {
  const sorted = [...unknown].sort((first, second) => compareNaturally(first.label, second.label));
  const listed = sorted.slice(0, listedLabels).map(({ label, count, rows }) => {
    const where = `${count === 1 ? 'row' : 'first rows'} ${rows.join(', ')}`;
    return `"${label}" (${count} ${count === 1 ? 'time' : 'times'}, ${where})`;
  });
  const more = sorted.length > listedLabels ? [`and ${sorted.length - listedLabels} more`] : [];
  return new PolyheadError('UNKNOWN_LABEL', {
    message: `"${file}" has labels that the label set lacks: ${[...listed, ...more].join(', ')}.`,
    remedy: 'Correct or remove these rows, or train with data that has these labels.',
    details: { file, labels: sorted.map(({ label, count, rows }) => ({ label, count, rows: [...rows] })) },
  });
}

/** Number of examples of each label, in the order of the labels; for regression the number of rows. */
export function countLabels(targets: Targets): Int32Array {
  const counts = new Int32Array(targets.labels.length);
  if (targets.task === 'regression') return counts.fill(targets.values.length);
  if (targets.task === 'single-label') {
    for (const place of targets.classIndices) counts[place] = (counts[place] ?? 0) + 1;
    return counts;
  }
  for (const [cell, indicator] of targets.indicators.entries()) {
    const place = cell % counts.length;
    counts[place] = (counts[place] ?? 0) + indicator;
  }
  return counts;
}

/**
 * Throws unless a classifier can be trained: single-label needs examples of two labels, multi-label of one.
 * @param where names the data in the error, such as the file
 * @throws {PolyheadError} TOO_FEW_CLASSES
 */
export function assertEnoughClasses(targets: Targets, where: string): void {
  if (targets.task === 'regression') return;
  const counts = countLabels(targets);
  const present = targets.labels.filter((_, place) => (counts[place] ?? 0) > 0);
  const needed = targets.task === 'single-label' ? 2 : 1;
  if (present.length >= needed) return;
  const [only] = present;
  throw new PolyheadError('TOO_FEW_CLASSES', {
    message:
      only === undefined
        ? `"${where}" has no example of any label.`
        : `All usable rows of "${where}" have the same label, "${only}"; a classifier needs at least two.`,
    remedy: 'Add examples of other labels, or check that the right label column was chosen.',
    details: { file: where, labels: present },
  });
}
