import { extname } from 'node:path';
import { formatCsvRow } from '@polyhead/data';
import { PolyheadError } from '@polyhead/types';
import { formatTable } from './table.ts';

/** How answers are written. */
export type RecordFormat = 'json' | 'jsonl' | 'csv' | 'table';

/** All formats, for messages. */
export const recordFormats: readonly RecordFormat[] = ['json', 'jsonl', 'csv', 'table'];

const foreignEndings: ReadonlySet<string> = new Set(['.tsv', '.parquet', '.xlsx', '.xls', '.xml', '.html', '.yaml']);

/**
 * The format that a file name asks for; else a table for people and JSON lines for programs.
 * @throws {PolyheadError} INVALID_ARGUMENT for a name that asks for a format that is not written
 */
export function chooseFormat(file: string | undefined, interactive: boolean): RecordFormat {
  const ending = extname(file ?? '').toLowerCase();
  if (ending === '.json') return 'json';
  if (ending === '.csv') return 'csv';
  if (foreignEndings.has(ending)) {
    throw new PolyheadError('INVALID_ARGUMENT', {
      message: `Predictions are not written as ${ending} ("${file ?? ''}").`,
      remedy: 'Name a .jsonl, .json or .csv file, or say what to write with --format.',
    });
  }
  return interactive && (file === undefined || file === '-') ? 'table' : 'jsonl';
}

/** How answers of one kind are written. */
export interface RecordWriter<Item> {
  readonly toJson: (item: Item) => object;
  readonly csvHeader: readonly string[];
  readonly toCsv: (item: Item) => readonly string[];
  readonly tableHeader: readonly string[];
  readonly toTable: (item: Item) => readonly string[];
}

/** Answers as lines of the format. All stream in flat memory but `table`, which needs every row for its widths. */
export function formatRecords<Item>(
  items: AsyncIterable<Item>,
  format: RecordFormat,
  writer: RecordWriter<Item>,
): AsyncIterable<string> {
  switch (format) {
    case 'json':
      return toJsonList(items, writer);
    case 'jsonl':
      return toJsonLines(items, writer);
    case 'csv':
      return toCsvLines(items, writer);
    case 'table':
      return toTableLines(items, writer);
  }
}

async function* toJsonLines<Item>(items: AsyncIterable<Item>, writer: RecordWriter<Item>): AsyncIterable<string> {
  for await (const item of items) yield JSON.stringify(writer.toJson(item));
}

async function* toJsonList<Item>(items: AsyncIterable<Item>, writer: RecordWriter<Item>): AsyncIterable<string> {
  // Nothing is written before the first answer is there, so that a failure leaves no half of a list.
  let pending: string | undefined;
  for await (const item of items) {
    yield pending === undefined ? '[' : `${pending},`;
    pending = `  ${JSON.stringify(writer.toJson(item))}`;
  }
  yield pending ?? '[';
  yield ']';
}

async function* toCsvLines<Item>(items: AsyncIterable<Item>, writer: RecordWriter<Item>): AsyncIterable<string> {
  const header = formatCsvRow([...writer.csvHeader]);
  let isFirst = true;
  for await (const item of items) {
    if (isFirst) yield header;
    isFirst = false;
    yield formatCsvRow([...writer.toCsv(item)]);
  }
  if (isFirst) yield header;
}

async function* toTableLines<Item>(items: AsyncIterable<Item>, writer: RecordWriter<Item>): AsyncIterable<string> {
  const rows: (readonly string[])[] = [];
  for await (const item of items) rows.push(writer.toTable(item));
  yield formatTable(writer.tableHeader, rows).trimEnd();
}

const shownCharacters = 60;

/** A text in one line that fits into a table. */
export function shortenText(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > shownCharacters ? `${line.slice(0, shownCharacters - 1)}…` : line;
}
