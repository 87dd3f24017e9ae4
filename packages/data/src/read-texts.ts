import type { RowProblem } from '@polyhead/types';
import { readText } from './cell-values.ts';
import { assertPresent, findColumns, resolveTextColumn } from './columns.ts';
import {
  formatOfSource,
  readRecords,
  sourceName,
  type DataSource,
  type ReadRecordsOptions,
} from './readers/read-records.ts';
import { isBrokenRecord, type RecordResult } from './readers/record.ts';
import { brokenRowsError, defaultMaximumTextLength } from './row-problems.ts';
import { afterSample } from './sampled-records.ts';

/** How texts without targets are read. */
export interface ReadTextsOptions extends ReadRecordsOptions {
  /** Column with the texts. @default `text`, `sentence`, `review`, `content`, or the only column of texts */
  readonly text?: string | undefined;
  /** Longest text in UTF-16 units; longer ones are broken rows. @default 1_000_000 */
  readonly maximumTextLength?: number | undefined;
  /** Told of every row that is left out. Without it, the first such row ends the stream with BROKEN_ROWS. */
  readonly onProblem?: ((problem: RowProblem) => void) | undefined;
}

/** A text and its row in the file. */
export interface NumberedText {
  readonly row: number;
  readonly text: string;
}

/**
 * Streams the texts of a file of any size, in order and with flat memory (JSON files are read as a whole, Parquet files
 * a row group at a time). The column of texts must be there in the first hundred rows. In `.txt` files every line that is not
 * blank is a text.
 * @throws {PolyheadError} what {@link readRecords} throws, COLUMN_NOT_FOUND, BROKEN_ROWS
 */
export async function* readTexts(source: DataSource, options: ReadTextsOptions = {}): AsyncGenerator<NumberedText> {
  const file = sourceName(source, options);
  const maximumLength = options.maximumTextLength ?? defaultMaximumTextLength;
  let column = '';
  let rows = 0;
  const records = afterSample(readRecords(source, options), (sample) => {
    const known = findColumns(file, sample, formatOfSource(source, options).format);
    column = resolveTextColumn(known, options.text);
    // Were it waited for, every row of an endless stream could be a broken one.
    assertPresent(known, [column]);
  });
  for await (const record of records) {
    rows++;
    const result = toNumberedText(record, column, maximumLength);
    if ('text' in result) {
      yield result;
      continue;
    }
    const problem = { file, row: record.row, reason: result.reason };
    if (options.onProblem === undefined) throw brokenRowsError([problem], { file, rows, brokenRows: 1 });
    options.onProblem(problem);
  }
}

function toNumberedText(
  record: RecordResult,
  column: string,
  maximumLength: number,
): NumberedText | { readonly reason: string } {
  if (isBrokenRecord(record)) return { reason: record.problem };
  const reading = readText(record.values[column], maximumLength);
  if (reading.kind === 'value') return { row: record.row, text: reading.value };
  return { reason: `column "${column}" ${reading.kind === 'missing' ? 'is empty' : reading.reason}` };
}
