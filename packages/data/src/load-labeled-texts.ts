import { PolyheadError, type LabeledTexts, type RowProblem } from '@polyhead/types';
import { loadColumns, type LoadColumnsOptions } from './load-columns.ts';
import { unnamedHead } from './targets/head-rows.ts';
import type { ResolvedTargetColumns, TargetColumns } from './targets/target-columns.ts';

/** What to load from a file for one head. */
export interface LoadLabeledTextsOptions extends Omit<LoadColumnsOptions, 'heads'>, TargetColumns {
  /** What the head is called in problems and errors. @default nothing */
  readonly head?: string | undefined;
}

/** The examples of one head, and where they come from. */
export interface LoadedTexts extends LabeledTexts {
  readonly file: string;
  /** The columns that were read. */
  readonly columns: { readonly text: string } & ResolvedTargetColumns;
  /** For each text: its row in the file. */
  readonly fileRows: Int32Array;
  /** Rows that were left out, and why. */
  readonly problems: readonly RowProblem[];
}

/**
 * Reads texts and the targets of one head from a file. The label set is the given one, else the labels that occur,
 * sorted naturally.
 * @throws {PolyheadError} FILE_NOT_FOUND, FILE_UNREADABLE, DATA_FORMAT_UNKNOWN, DATA_ENCODING, DATA_MALFORMED,
 * DATA_EMPTY, COLUMN_NOT_FOUND, UNKNOWN_LABEL, BROKEN_ROWS, INVALID_ARGUMENT, ABORTED
 */
export async function loadLabeledTexts(file: string, options: LoadLabeledTextsOptions = {}): Promise<LoadedTexts> {
  const name = options.head ?? unnamedHead;
  const loaded = await loadColumns(file, { ...options, heads: { [name]: options } });
  const head = loaded.heads.get(name);
  if (head === undefined) throw new PolyheadError('INTERNAL', { message: `The targets of "${file}" got lost.` });
  const { texts, fileRows, problems, textColumn } = loaded;
  return { file, texts, targets: head.targets, columns: { text: textColumn, ...head.columns }, fileRows, problems };
}
