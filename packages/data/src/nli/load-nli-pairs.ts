import { PolyheadError, type LongOperationOptions, type RowProblem } from '@polyhead/types';
import { readLabel, readText } from '../cell-values.ts';
import { readRecords } from '../readers/read-records.ts';
import { isBrokenRecord, type RecordResult } from '../readers/record.ts';
import { assertFewProblems, defaultMaximumTextLength, type BrokenRowOptions } from '../row-problems.ts';
import { assertColumnsSeen, createColumnLog } from './column-log.ts';
import { parseNliLabel, type NliLabel, type NliPair } from './nli-label.ts';

/** Where pairs stand in a file. */
export interface LoadNliPairsOptions extends LongOperationOptions, BrokenRowOptions {
  /** Column with the first texts. @default 'premise' */
  readonly premise?: string | undefined;
  /** Column with the second texts. @default 'hypothesis' */
  readonly hypothesis?: string | undefined;
  /** Column with the labels. @default 'label' */
  readonly label?: string | undefined;
  /** What values of the label column mean. Needed for numbers, which differ from set to set. @default their names */
  readonly labelNames?: Readonly<Record<string, NliLabel>> | undefined;
}

/** The pairs of a file. */
export interface LoadedNliPairs {
  readonly pairs: readonly NliPair[];
  /** Rows that were left out. */
  readonly problems: readonly RowProblem[];
}

/**
 * Reads pairs of texts with entailment, neutral, contradiction or not_entailment, in any casing. Rows without a label that is
 * known are left out and reported.
 * @throws {PolyheadError} what `readRecords` throws; COLUMN_NOT_FOUND, BROKEN_ROWS; UNKNOWN_LABEL for numbers that nobody
 *   says the meaning of
 */
export async function loadNliPairs(file: string, options: LoadNliPairsOptions = {}): Promise<LoadedNliPairs> {
  const columns = {
    premise: options.premise ?? 'premise',
    hypothesis: options.hypothesis ?? 'hypothesis',
    label: options.label ?? 'label',
  };
  const log = createColumnLog(Object.values(columns));
  const pairs: NliPair[] = [];
  const problems: RowProblem[] = [];
  const numbers = new Set<string>();
  let rows = 0;
  for await (const record of readRecords(file, options)) {
    rows += 1;
    log.add(record);
    const read = readPair(record, columns, options);
    if (typeof read === 'object') pairs.push(read);
    else problems.push({ file, row: record.row, reason: read });
    const number = findUnexplained(record, columns.label, options);
    if (number !== undefined) numbers.add(number);
  }
  assertColumnsSeen(log, file);
  if (numbers.size > 0) throw unexplained(file, columns.label, [...numbers].slice(0, 10));
  assertFewProblems(problems, { file, rows, brokenRows: problems.length, onBrokenRow: options.onBrokenRow });
  return { pairs, problems };
}

/** A pair, or why there is none. */
function readPair(
  record: RecordResult,
  columns: Readonly<Record<'premise' | 'hypothesis' | 'label', string>>,
  { labelNames = {}, maximumTextLength = defaultMaximumTextLength }: LoadNliPairsOptions,
): NliPair | string {
  if (isBrokenRecord(record)) return record.problem;
  const texts = (['premise', 'hypothesis'] as const).map((side) => {
    const text = readText(record.values[columns[side]], maximumTextLength);
    if (text.kind === 'value') return { value: text.value };
    return `column "${columns[side]}" ${text.kind === 'missing' ? 'is empty' : text.reason}`;
  });
  const [premise, hypothesis] = texts;
  if (typeof premise !== 'object' || typeof hypothesis !== 'object') {
    return texts.filter((text) => typeof text === 'string').join(', ');
  }
  const cell = readLabel(record.values[columns.label]);
  if (cell.kind !== 'value') {
    return `column "${columns.label}" ${cell.kind === 'missing' ? 'is empty' : cell.reason}`;
  }
  const label = Object.hasOwn(labelNames, cell.value) ? labelNames[cell.value] : parseNliLabel(cell.value);
  if (label === undefined) return `the label "${cell.value}" is neither entailment, neutral nor contradiction`;
  return { premise: premise.value, hypothesis: hypothesis.value, label };
}

/** A number as label that nobody said the meaning of; undefined for everything else. */
function findUnexplained(
  record: RecordResult,
  column: string,
  { labelNames = {} }: LoadNliPairsOptions,
): string | undefined {
  const cell = isBrokenRecord(record) ? undefined : readLabel(record.values[column]);
  const isNumber = cell?.kind === 'value' && /^\d+(?:\.0)?$/.test(cell.value);
  return isNumber && !Object.hasOwn(labelNames, cell.value) ? cell.value : undefined;
}

function unexplained(file: string, column: string, labels: readonly string[]): PolyheadError {
  return new PolyheadError('UNKNOWN_LABEL', {
    message: `Column "${column}" of "${file}" has numbers for labels (${labels.join(', ')}), which mean different things in different sets.`,
    remedy:
      'Say what they mean with labelNames, such as { "0": "entailment", "1": "neutral", "2": "contradiction" }, or write names.',
    details: { file, column, labels: [...labels] },
  });
}
