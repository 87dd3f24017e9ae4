import { PolyheadError, type JsonValue, type RowProblem, type Targets } from '@polyhead/types';
import { readText } from './cell-values.ts';
import { findColumns, resolveTargetColumns, resolveTextColumn, type KnownColumns } from './columns.ts';
import { readRecords, type ReadRecordsOptions } from './readers/read-records.ts';
import { isBrokenRecord, type RecordResult } from './readers/record.ts';
import { assertFewProblems, defaultMaximumTextLength, type BrokenRowOptions } from './row-problems.ts';
import { afterSample } from './sampled-records.ts';
import { createTargetBuilder } from './targets/create-target-builder.ts';
import type { TargetBuilder } from './targets/target-builder.ts';
import { columnNamesOf, type ResolvedTargetColumns, type TargetColumns } from './targets/target-columns.ts';

/** What to load from a file for several heads in one pass. */
export interface LoadColumnsOptions extends Omit<ReadRecordsOptions, 'streamName'>, BrokenRowOptions {
  /** Column with the texts. @default `text`, `sentence`, `review`, `content`, or the only other column of texts */
  readonly text?: string | undefined;
  /** The targets of each head, by its name. */
  readonly heads: Readonly<Record<string, TargetColumns>>;
}

/** The examples of one head among the texts of a file. */
export interface LoadedHead {
  readonly columns: ResolvedTargetColumns;
  readonly targets: Targets;
  /** For each target: the index of its text in {@link LoadedColumns.texts}, ascending. */
  readonly rows: Int32Array;
  /** Rows with a usable text that say nothing about this head. */
  readonly unlabelled: number;
}

/** The texts of a file, each once, and the heads' examples among them. */
export interface LoadedColumns {
  readonly file: string;
  readonly textColumn: string;
  /** Texts that at least one head uses. */
  readonly texts: readonly string[];
  /** For each text: its row in the file. */
  readonly fileRows: Int32Array;
  readonly heads: ReadonlyMap<string, LoadedHead>;
  readonly problems: readonly RowProblem[];
}

/**
 * Reads a file once and yields the texts and the targets of several heads. A row that is empty for one head but not for
 * all is no problem: that head has no example there. A target that is wrong is reported and left out for that head only.
 * @throws {PolyheadError} what {@link readRecords} throws, COLUMN_NOT_FOUND, UNKNOWN_LABEL, BROKEN_ROWS, INVALID_ARGUMENT
 */
export async function loadColumns(file: string, options: LoadColumnsOptions): Promise<LoadedColumns> {
  if (Object.keys(options.heads).length === 0) {
    throw new PolyheadError('INVALID_ARGUMENT', { message: `No head is named for "${file}".` });
  }
  let collector: Collector | undefined;
  const records = afterSample(readRecords(file, options), (sample) => {
    collector = createCollector(file, sample, options);
  });
  for await (const record of records) collector?.add(record);
  if (collector === undefined) throw new PolyheadError('INTERNAL', { message: `Nothing was read from "${file}".` });
  return collector.finish();
}

interface Collector {
  add(record: RecordResult): void;
  finish(): LoadedColumns;
}

interface HeadInProgress {
  readonly name: string;
  readonly columns: ResolvedTargetColumns;
  readonly builder: TargetBuilder;
  readonly rows: number[];
  unlabelled: number;
}

function createCollector(file: string, sample: readonly RecordResult[], options: LoadColumnsOptions): Collector {
  const known = findColumns(file, sample);
  const heads = Object.entries(options.heads).map(([name, spec]) => createHead(known, name, spec));
  const taken = heads.flatMap((head) => columnNamesOf(head.columns));
  const textColumn = resolveTextColumn(known, options.text, taken);
  const maximumLength = options.maximumTextLength ?? defaultMaximumTextLength;
  const texts: string[] = [];
  const fileRows: number[] = [];
  const problems: RowProblem[] = [];
  let rows = 0;
  let brokenRows = 0;

  /** Why the row cannot be used, wholly or for some head; empty if all is well. */
  function take(record: RecordResult): readonly string[] {
    if (isBrokenRecord(record)) return [record.problem];
    const text = readText(record.values[textColumn], maximumLength);
    if (text.kind === 'missing') return [`column "${textColumn}" is empty`];
    if (text.kind === 'invalid') return [`column "${textColumn}" ${text.reason}`];
    const { taken, reasons } = takeTargets(heads, record, texts.length);
    if (taken) {
      texts.push(text.value);
      fileRows.push(record.row);
    }
    return reasons;
  }

  return {
    add(record) {
      rows++;
      const reasons = take(record);
      if (reasons.length > 0) brokenRows++;
      for (const reason of reasons) problems.push({ file, row: record.row, reason });
    },
    finish() {
      assertFewProblems(problems, { file, rows, brokenRows, onBrokenRow: options.onBrokenRow });
      const loaded = heads.map((head) => [head.name, finishHead(head)] as const);
      return { file, textColumn, texts, fileRows: Int32Array.from(fileRows), heads: new Map(loaded), problems };
    },
  };
}

function createHead(known: KnownColumns, name: string, spec: TargetColumns): HeadInProgress {
  const columns = resolveTargetColumns(known, spec);
  const builder = createTargetBuilder(known.file, columns, spec.labelSet);
  return { name, columns, builder, rows: [], unlabelled: 0 };
}

function takeTargets(
  heads: readonly HeadInProgress[],
  { row, values }: { readonly row: number; readonly values: Readonly<Record<string, JsonValue>> },
  textIndex: number,
): { taken: boolean; reasons: readonly string[] } {
  const missing: string[] = [];
  const wrong: string[] = [];
  for (const head of heads) {
    const refusal = head.builder.add(values, row);
    if (refusal === undefined) head.rows.push(textIndex);
    else if (refusal.missing) missing.push(refusal.reason);
    else wrong.push(refusal.reason);
    if (refusal?.missing === true) head.unlabelled++;
  }
  const taken = missing.length + wrong.length < heads.length;
  return { taken, reasons: missing.length === heads.length ? [missing.join(', ')] : wrong };
}

function finishHead(head: HeadInProgress): LoadedHead {
  const { columns, builder, unlabelled } = head;
  return { columns, targets: builder.build(), rows: Int32Array.from(head.rows), unlabelled };
}
