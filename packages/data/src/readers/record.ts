import type { JsonValue } from '@polyhead/types';

/** One row of a data file, by column name. */
export interface DataRecord {
  /**
   * Where the row starts, counted from 1: the line for CSV, TSV, JSON Lines and plain text (the header is line 1), the
   * position in the list for JSON and Parquet.
   */
  readonly row: number;
  readonly values: Readonly<Record<string, JsonValue>>;
}

/** One row of a data file that cannot be read, while the rows after it can. */
export interface BrokenRecord {
  readonly row: number;
  /** Why, in a few words: `is not valid JSON`. */
  readonly problem: string;
  /** The columns of the file, where a header names them. */
  readonly columns?: readonly string[] | undefined;
}

/** What the readers yield. */
export type RecordResult = DataRecord | BrokenRecord;

/** True if the row could not be read. */
export function isBrokenRecord(record: RecordResult): record is BrokenRecord {
  return 'problem' in record;
}
