import { PolyheadError, type LongOperationOptions, type RowProblem } from '@polyhead/types';
import { readLabel, readLabelList, readText, type Reading } from '../cell-values.ts';
import { compareNaturally } from '../natural-order.ts';
import { readRecords } from '../readers/read-records.ts';
import { isBrokenRecord, type RecordResult } from '../readers/record.ts';
import { assertFewProblems, defaultMaximumTextLength, type BrokenRowOptions } from '../row-problems.ts';
import { assertColumnsSeen, createColumnLog } from './column-log.ts';

/** Where labelled texts stand in a file, and which of them count. */
export interface LoadClassifiedTextsOptions extends LongOperationOptions, BrokenRowOptions {
  /** Column with the texts. @default 'text' */
  readonly text?: string | undefined;
  /** Column with one label a row. @default 'label' unless `labels` is given */
  readonly label?: string | undefined;
  /** Column with any number of labels a row. */
  readonly labels?: string | undefined;
  /** Only rows with these values in these columns. @default all rows */
  readonly where?: Readonly<Record<string, string | number | boolean>> | undefined;
  /** Only rows with at most so many labels. @default all rows */
  readonly maximumLabels?: number | undefined;
  /** All labels that count, in this order. @default those that occur */
  readonly known?: readonly string[] | undefined;
  /** Labels that stand for none, such as "other": texts that have no other label count as texts without labels. */
  readonly ignored?: readonly string[] | undefined;
}

/** Texts with the labels that each of them has. */
export interface ClassifiedTexts {
  readonly texts: readonly string[];
  /** For each text: places in `labels`; may be empty. */
  readonly labelsOfText: readonly (readonly number[])[];
  readonly labels: readonly string[];
  readonly problems: readonly RowProblem[];
}

interface Row {
  readonly text: string;
  readonly labels: readonly string[];
}

/**
 * Reads texts with their labels, one or any number each.
 * @throws {PolyheadError} what `readRecords` throws; COLUMN_NOT_FOUND, BROKEN_ROWS, UNKNOWN_LABEL
 */
export async function loadClassifiedTexts(
  file: string,
  options: LoadClassifiedTextsOptions = {},
): Promise<ClassifiedTexts> {
  const { where = {}, maximumLabels = Infinity, ignored = [] } = options;
  const column = options.labels ?? options.label ?? 'label';
  const log = createColumnLog([options.text ?? 'text', column, ...Object.keys(where)]);
  const rows: Row[] = [];
  const problems: RowProblem[] = [];
  let count = 0;
  for await (const record of readRecords(file, options)) {
    log.add(record);
    if (!isWanted(record, where)) continue;
    count += 1;
    const row = readRow(record, column, options);
    if (typeof row === 'string') problems.push({ file, row: record.row, reason: row });
    else if (row.labels.length <= maximumLabels) rows.push(row);
  }
  assertColumnsSeen(log, file);
  assertFewProblems(problems, { file, rows: count, brokenRows: problems.length, onBrokenRow: options.onBrokenRow });
  const found = new Set(rows.flatMap(({ labels }) => labels).filter((label) => !ignored.includes(label)));
  const labels = options.known ?? [...found].sort(compareNaturally);
  assertKnown(file, [...found], labels);
  const places = new Map(labels.map((label, place) => [label, place]));
  return {
    texts: rows.map(({ text }) => text),
    labelsOfText: rows.map((row) => [...new Set(row.labels)].flatMap((label) => places.get(label) ?? [])),
    labels,
    problems,
  };
}

function isWanted(record: RecordResult, where: Readonly<Record<string, string | number | boolean>>): boolean {
  if (isBrokenRecord(record)) return true;
  return Object.entries(where).every(([name, value]) => {
    const cell = readLabel(record.values[name]);
    return cell.kind === 'value' && cell.value === String(value);
  });
}

/** A row, or why there is none. */
function readRow(
  record: RecordResult,
  column: string,
  { text = 'text', labels, maximumTextLength = defaultMaximumTextLength }: LoadClassifiedTextsOptions,
): Row | string {
  if (isBrokenRecord(record)) return record.problem;
  const cell = readText(record.values[text], maximumTextLength);
  if (cell.kind !== 'value') return describe(text, cell);
  const value = record.values[column];
  if (labels === undefined) {
    const label = readLabel(value);
    return label.kind === 'value' ? { text: cell.value, labels: [label.value] } : describe(column, label);
  }
  const list = readLabelList(value, undefined);
  return list.kind === 'value' ? { text: cell.value, labels: list.value } : describe(column, list);
}

function describe(column: string, reading: Exclude<Reading<unknown>, { kind: 'value' }>): string {
  return `column "${column}" ${reading.kind === 'missing' ? 'is empty' : reading.reason}`;
}

function assertKnown(file: string, found: readonly string[], labels: readonly string[]): void {
  const unknown = found.filter((label) => !labels.includes(label));
  if (unknown.length === 0) return;
  throw new PolyheadError('UNKNOWN_LABEL', {
    message: `"${file}" has labels that nothing is said about: ${unknown.sort(compareNaturally).join(', ')}.`,
    remedy: 'List every label, or name those that stand for none as ignored.',
    details: { file, labels: unknown },
  });
}
