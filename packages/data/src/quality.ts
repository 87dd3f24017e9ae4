import type { LabeledTexts } from '@polyhead/types';
import { textKey } from './normalized-text.ts';
import { rowsByText } from './rows-by-text.ts';
import { labelsOfRow } from './select-rows.ts';

/** Texts that occur more than once in a set. */
export interface DuplicateReport {
  readonly rows: number;
  /** Rows whose text stood earlier in the set with the same labels. */
  readonly repeatedRows: number;
  /** Rows whose text occurs in the set with different labels. */
  readonly conflictingRows: number;
  /** The first groups of equal texts with different labels, then those with the same. */
  readonly examples: readonly TextOccurrences[];
}

/** Texts of a test set that the training set has too. */
export interface LeakReport {
  readonly testRows: number;
  /** Test rows whose text is in the training set. */
  readonly leakedRows: number;
  /** Those of them whose labels are the same there at least once. */
  readonly sameLabelRows: number;
  /** The first leaks; indices of `train` first, then of `test`. */
  readonly examples: readonly LeakExample[];
}

/** A text and the rows that have it. */
export interface TextOccurrences {
  /** As it stands in the first of the rows. */
  readonly text: string;
  readonly rows: readonly RowLabels[];
}

/** A text of a test set, and where the training set has it. */
export interface LeakExample {
  readonly text: string;
  readonly train: readonly RowLabels[];
  readonly test: RowLabels;
}

/** A row of a set, counted from 0, and its labels. */
export interface RowLabels {
  readonly index: number;
  readonly labels: readonly string[];
}

/** How much a report shows. */
export interface QualityOptions {
  /** @default 5 */
  readonly maximumExamples?: number | undefined;
}

const defaultExamples = 5;

/** Finds texts that occur more than once; case, white space and Unicode compatibility forms do not count. */
export function findDuplicates(examples: LabeledTexts, options: QualityOptions = {}): DuplicateReport {
  const groups = [...rowsByText(examples.texts).values()].filter((rows) => rows.length > 1);
  const conflicting: number[][] = [];
  const repeated: number[][] = [];
  let repeatedRows = 0;
  let conflictingRows = 0;
  for (const rows of groups) {
    const distinct = new Set(rows.map((row) => labelKey(examples, row))).size;
    repeatedRows += rows.length - distinct;
    if (distinct > 1) conflictingRows += rows.length;
    (distinct > 1 ? conflicting : repeated).push(rows);
  }
  const shown = [...conflicting, ...repeated].slice(0, options.maximumExamples ?? defaultExamples);
  return {
    rows: examples.texts.length,
    repeatedRows,
    conflictingRows,
    examples: shown.map((rows) => ({
      text: examples.texts[rows[0] ?? 0] ?? '',
      rows: rows.map((row) => toRowLabels(examples, row)),
    })),
  };
}

/** Finds test texts that the training set has too; compared as in {@link findDuplicates}. */
export function findLeaks(train: LabeledTexts, test: LabeledTexts, options: QualityOptions = {}): LeakReport {
  const trainRows = rowsByText(train.texts);
  const maximumExamples = options.maximumExamples ?? defaultExamples;
  const examples: LeakExample[] = [];
  let leakedRows = 0;
  let sameLabelRows = 0;
  for (const [index, text] of test.texts.entries()) {
    const rows = trainRows.get(textKey(text));
    if (rows === undefined) continue;
    leakedRows++;
    const key = labelKey(test, index);
    if (rows.some((row) => labelKey(train, row) === key)) sameLabelRows++;
    if (examples.length < maximumExamples) {
      examples.push({ text, train: rows.map((row) => toRowLabels(train, row)), test: toRowLabels(test, index) });
    }
  }
  return { testRows: test.texts.length, leakedRows, sameLabelRows, examples };
}

function labelKey({ targets }: LabeledTexts, row: number): string {
  return JSON.stringify([...labelsOfRow(targets, row)].sort());
}

function toRowLabels({ targets }: LabeledTexts, index: number): RowLabels {
  return { index, labels: labelsOfRow(targets, index) };
}
