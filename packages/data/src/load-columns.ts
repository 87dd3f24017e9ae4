import { PolyheadError, type RowProblem } from '@polyhead/types';
import { readText } from './cell-values.ts';
import { assertPresent, findColumns, resolveTextColumn, type KnownColumns } from './columns.ts';
import { formatOfSource, readRecords, type ReadRecordsOptions } from './readers/read-records.ts';
import { isBrokenRecord, type RecordResult } from './readers/record.ts';
import { assertFewProblems, defaultMaximumTextLength, type BrokenRowOptions } from './row-problems.ts';
import { afterSample } from './sampled-records.ts';
import { createHeadRows, finishHeadRows, takeTargets, unnamedHead, type LoadedHead } from './targets/head-rows.ts';
import { columnNamesOf, type TargetColumns } from './targets/target-columns.ts';

/** What to load from a file for several heads in one pass. */
export interface LoadColumnsOptions extends Omit<ReadRecordsOptions, 'streamName'>, BrokenRowOptions {
  /** Column with the texts. @default `text`, `sentence`, `review`, `content`, or the only other column of texts */
  readonly text?: string | undefined;
  /** The targets of each head, by its name. */
  readonly heads: Readonly<Record<string, TargetColumns>>;
  /**
   * Whether a row that says nothing about any of the heads is left out without a word, since it is there for others.
   * @default false: it is a broken row
   */
  readonly ignoreUnlabelled?: boolean | undefined;
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
 * Defaults for columns are chosen by the first hundred rows. Columns that are named may come later in JSON files.
 * @throws {PolyheadError} what {@link readRecords} throws, COLUMN_NOT_FOUND, UNKNOWN_LABEL, INVALID_ARGUMENT; BROKEN_ROWS if
 * more than half of all rows, or of those that say something about a head, cannot be used; DATA_EMPTY if a head has no row
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

function createCollector(file: string, sample: readonly RecordResult[], options: LoadColumnsOptions): Collector {
  const known = findColumns(file, sample, formatOfSource(file, options).format);
  const heads = Object.entries(options.heads).map(([name, spec]) => createHeadRows(known, name, spec));
  const targetColumns = heads.flatMap((head) => columnNamesOf(head.columns));
  const textColumn = resolveTextColumn(known, options.text, targetColumns);
  const late = createLateColumns(known, [textColumn, ...targetColumns]);
  const maximumLength = options.maximumTextLength ?? defaultMaximumTextLength;
  const texts: string[] = [];
  const fileRows: number[] = [];
  const problems: RowProblem[] = [];
  let rows = 0;
  let brokenRows = 0;

  /** Why the row cannot be used, wholly or for some head; empty if all is well. */
  function take(record: RecordResult): readonly Omit<RowProblem, 'file' | 'row'>[] {
    if (isBrokenRecord(record)) return [{ reason: record.problem }];
    const text = readText(record.values[textColumn], maximumLength);
    if (text.kind === 'missing') return [{ reason: `column "${textColumn}" is empty` }];
    if (text.kind === 'invalid') return [{ reason: `column "${textColumn}" ${text.reason}` }];
    const { taken, empty, wrong } = takeTargets(heads, record, texts.length);
    if (taken) {
      texts.push(text.value);
      fileRows.push(record.row);
    }
    if (empty === undefined) return wrong;
    return options.ignoreUnlabelled === true ? [] : [empty];
  }

  return {
    add(record) {
      rows++;
      late.add(record);
      const found = take(record);
      if (found.length > 0) brokenRows++;
      for (const problem of found) problems.push({ file, row: record.row, ...problem });
    },
    finish() {
      const { onBrokenRow } = options;
      late.assertSeen();
      // A head is named where there are others beside the one that the file is read for.
      const only = heads.length === 1 && options.ignoreUnlabelled === true ? heads[0]?.name : undefined;
      assertFewProblems(problems, { file, rows, brokenRows, head: only, onBrokenRow });
      for (const { name: head, builder, wrong } of heads) {
        const own = problems.filter((problem) => (problem.head ?? unnamedHead) === head);
        assertFewProblems(own, { file, rows: builder.count + wrong, brokenRows: wrong, head, onBrokenRow });
      }
      const loaded = heads.map((head) => [head.name, finishHeadRows(head, file)] as const);
      return { file, textColumn, texts, fileRows: Int32Array.from(fileRows), heads: new Map(loaded), problems };
    },
  };
}

/** Columns that are used and that the first rows do not have. */
interface LateColumns {
  add(record: RecordResult): void;
  /** @throws {PolyheadError} COLUMN_NOT_FOUND if no row had one of them */
  assertSeen(): void;
}

function createLateColumns(known: KnownColumns, used: readonly string[]): LateColumns {
  const late = used.filter((name) => !known.names.includes(name));
  const names = new Set(known.names);
  return {
    add(record) {
      if (late.length === 0 || isBrokenRecord(record)) return;
      for (const name of Object.keys(record.values)) names.add(name);
    },
    assertSeen() {
      assertPresent({ ...known, names: [...names], sampled: undefined }, late);
    },
  };
}
