import type { Task } from '@polyhead/types';

/** Where the targets of one head stand in a file. Give at most one of `label`, `labels`, `labelColumns` and `value`. */
export interface TargetColumns {
  /** Column with one label a row. @default `label`, if the file has it */
  readonly label?: string | undefined;
  /**
   * Column with any number of labels a row: a list, a JSON list in text, or text with a delimiter between labels.
   * @default `labels`, if the file has it and no `label`
   */
  readonly labels?: string | undefined;
  /** One column a label, each 0 or 1. */
  readonly labelColumns?: readonly string[] | undefined;
  /** Column with a number a row, for regression. @default `value`, if the file has none of the above */
  readonly value?: string | undefined;
  /** How the column is read. @default what the option above says */
  readonly task?: Task | undefined;
  /** The labels that there may be, in order. @default those that occur, sorted naturally */
  readonly labelSet?: readonly string[] | undefined;
  /** Between labels in one cell of text. @default any of `,` `;` `|` */
  readonly delimiter?: string | undefined;
}

/** {@link TargetColumns} once the columns of the file are known. */
export type ResolvedTargetColumns =
  | { readonly task: 'single-label'; readonly label: string }
  | { readonly task: 'multi-label'; readonly labels: string; readonly delimiter: string | undefined }
  | { readonly task: 'multi-label'; readonly labelColumns: readonly string[] }
  | { readonly task: 'regression'; readonly value: string };

/** The names of the columns. */
export function columnNamesOf(columns: ResolvedTargetColumns): readonly string[] {
  if ('label' in columns) return [columns.label];
  if ('labels' in columns) return [columns.labels];
  return 'value' in columns ? [columns.value] : columns.labelColumns;
}
