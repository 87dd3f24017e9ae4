import {
  assertEnoughClasses,
  loadLabeledTexts,
  selectRows,
  stratifiedSplit,
  type LoadLabeledTextsOptions,
} from '@polyhead/data';
import { PolyheadError, type LabeledTexts, type RandomGenerator, type RowProblem, type Task } from '@polyhead/types';
import type { DataConfig } from '../config/training-config.ts';

/** The parts of a data set. */
export type SplitName = 'train' | 'validation' | 'test';

/** The rows of one head, part by part. */
export interface HeadData {
  readonly train: LabeledTexts;
  /** Undefined if none were given and none are to be held out. */
  readonly validation: LabeledTexts | undefined;
  readonly test: LabeledTexts | undefined;
  /** Where the validation rows come from, for people. */
  readonly validationSource: string;
  /** Rows that could not be used. */
  readonly problems: readonly RowProblem[];
}

/** Where the rows of one head come from, and what it predicts if that is said. */
export interface HeadDataConfig extends DataConfig {
  readonly task?: Task | undefined;
  /** For errors and problems. @default none is named */
  readonly name?: string | undefined;
  /**
   * Whether there are other heads, to whom rows may belong that have no target of this one.
   * @default false: such rows are broken
   */
  readonly oneOfSeveral?: boolean | undefined;
}

/** The options of the data reader that a head's configuration asks for. */
export function toReaderOptions(
  data: Omit<HeadDataConfig, 'train' | 'validationShare'>,
  signal?: AbortSignal,
): LoadLabeledTextsOptions {
  const { text, label, labels, labelColumns, value, delimiter, task, onBrokenRow } = data;
  const columns = { text, label, labels, labelColumns, value, delimiter, task };
  const given = Object.fromEntries(Object.entries(columns).filter(([, column]) => column !== undefined));
  return { ...given, head: data.name, ignoreUnlabelled: data.oneOfSeveral, onBrokenRow, signal };
}

/**
 * Reads a head's training, validation and test rows; splits validation rows off where there is no file for them, equal texts
 * together.
 * Labels of validation and test must occur in the training rows (or the label list).
 * @throws {PolyheadError} FILE_NOT_FOUND, COLUMN_NOT_FOUND, BROKEN_ROWS, UNKNOWN_LABEL, TOO_FEW_CLASSES and others of reading;
 * DATA_EMPTY for a file without a row of this head
 */
export async function loadHeadData(
  data: HeadDataConfig,
  random: RandomGenerator,
  signal?: AbortSignal,
): Promise<HeadData> {
  const options = toReaderOptions(data, signal);
  const train = await loadLabeledTexts(data.train, { ...options, labelSet: data.labelList });
  assertEnoughClasses(train.targets, data.train);
  const follow: LoadLabeledTextsOptions = { ...options, labelSet: train.targets.labels, task: train.targets.task };
  const validation = data.validation === undefined ? undefined : await loadLabeledTexts(data.validation, follow);
  const test = data.test === undefined ? undefined : await loadLabeledTexts(data.test, follow);
  const problems = [train, validation, test].flatMap((part) => part?.problems ?? []);
  if (validation !== undefined) {
    return { train, validation, test, validationSource: data.validation ?? '', problems };
  }
  if (data.validationShare === 0) return { train, validation, test, validationSource: 'none', problems };
  const split = stratifiedSplit(train.targets, { fraction: data.validationShare, texts: train.texts, random });
  if (split.validation.length === 0) {
    throw new PolyheadError('TOO_FEW_EXAMPLES', {
      message: `"${data.train}" has ${train.texts.length} usable rows, too few to hold out ${data.validationShare * 100} % for validation.`,
      remedy: 'Add rows or name a validation file.',
      details: { file: data.train, rows: train.texts.length },
    });
  }
  return {
    train: selectRows(train, split.train),
    validation: selectRows(train, split.validation),
    test,
    validationSource: `${Math.round(data.validationShare * 100)} % of the training rows, stratified`,
    problems,
  };
}
