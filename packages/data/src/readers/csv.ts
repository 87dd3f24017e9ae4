import { Readable, pipeline } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { PolyheadError } from '@polyhead/types';
import { maximumRecordLength, recordTooLongError } from './record-limit.ts';
import type { RecordResult } from './record.ts';

/** How a table is read. */
export interface CsvOptions {
  /** Named in errors. */
  readonly file: string;
  /** Between the cells. @default found in the header: comma, else semicolon, else tab */
  readonly separator?: string;
}

/**
 * CSV and TSV (RFC 4180): the first row is the header; cells may be quoted and then hold separators, line ends and
 * doubled quotes. A quote inside an unquoted cell stands for itself. Rows with too few or too many cells are broken
 * records; blank lines are left out. LF, CRLF and CR end a row.
 * @throws {PolyheadError} DATA_MALFORMED
 */
export async function* readCsv(chunks: AsyncIterable<string>, options: CsvOptions): AsyncGenerator<RecordResult> {
  const counter: RowCounter = { next: 1 };
  let header: readonly string[] | undefined;
  try {
    for await (const { row, cells } of parseRows(chunks, options.separator, counter)) {
      if (cells.length === 1 && cells[0] === '') continue;
      if (header === undefined) header = toHeader(cells, options.file, row);
      else yield toRecord(row, header, cells);
    }
  } catch (error) {
    throw toCsvError(error, options.file, counter.next);
  }
}

/** The line at which the row starts that is being parsed. */
interface RowCounter {
  next: number;
}

interface NumberedCells {
  readonly row: number;
  readonly cells: readonly string[];
}

async function* parseRows(
  chunks: AsyncIterable<string>,
  separator: string | undefined,
  counter: RowCounter,
): AsyncGenerator<NumberedCells> {
  const source = chunks[Symbol.asyncIterator]();
  const first = await readFirstLine(source);
  // The parser is ahead of the loop below; this is what it has read and the loop has not.
  const starts: number[] = [];
  const parser = parse({
    delimiter: separator ?? findSeparator(first),
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_quotes: true,
    relax_column_count: true,
    max_record_size: maximumRecordLength,
    on_record: (cells: string[]) => {
      starts.push(counter.next);
      counter.next += countLines(cells);
      return cells;
    },
  });
  async function* all(): AsyncGenerator<string> {
    yield first;
    for (let next = await source.next(); next.done !== true; next = await source.next()) yield next.value;
  }
  // The callback is needed, errors arrive through the loop below.
  const stream = pipeline(Readable.from(all()), parser, () => undefined);
  try {
    for await (const cells of stream) yield { row: starts.shift() ?? counter.next, cells: cells as string[] };
  } finally {
    stream.destroy();
    await source.return?.();
  }
}

/** Chunks up to the one with the first line end, joined. */
async function readFirstLine(source: AsyncIterator<string>): Promise<string> {
  let text = '';
  while (!/[\r\n]/.test(text)) {
    const next = await source.next();
    if (next.done === true) break;
    text += next.value;
  }
  return text;
}

function findSeparator(text: string): string {
  const header = /^[^\r\n]*/.exec(text)?.[0] ?? '';
  return [',', ';', '\t'].find((separator) => header.includes(separator)) ?? ',';
}

/** Lines that a row takes up in the file: one, and one more for each line end in its cells. */
function countLines(cells: readonly string[]): number {
  let lines = 1;
  for (const cell of cells) {
    if (cell.includes('\n') || cell.includes('\r')) lines += cell.match(/\r\n|\n|\r/g)?.length ?? 0;
  }
  return lines;
}

function toHeader(cells: readonly string[], file: string, row: number): readonly string[] {
  const names = cells.map((cell, index) => (cell.trim() === '' ? `column_${index + 1}` : cell.trim()));
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated === undefined) return names;
  throw new PolyheadError('DATA_MALFORMED', {
    message: `"${file}", row ${row}: two columns of the header are called "${repeated}".`,
    remedy: 'Rename one; if the file has no header, add one as its first row.',
    details: { file, row, column: repeated },
  });
}

function toRecord(row: number, header: readonly string[], cells: readonly string[]): RecordResult {
  if (cells.length !== header.length) {
    return {
      row,
      problem: `the row has ${cells.length} ${cells.length === 1 ? 'cell' : 'cells'}, the header has ${header.length}`,
      columns: header,
    };
  }
  // Without a prototype, a column may be called "__proto__".
  const values = Object.create(null) as Record<string, string>;
  for (const [index, name] of header.entries()) values[name] = cells[index] ?? '';
  return { row, values };
}

function toCsvError(error: unknown, file: string, row: number): unknown {
  if (!(error instanceof CsvError)) return error;
  const remedy = 'A quote (") that opens a cell here is probably not closed; write quotes inside a cell twice ("").';
  if (error.code === 'CSV_MAX_RECORD_SIZE') return recordTooLongError(file, row, remedy);
  return new PolyheadError('DATA_MALFORMED', {
    message: `"${file}", row ${row}: the row does not end before the file does.`,
    remedy,
    details: { file, row },
    cause: error,
  });
}
