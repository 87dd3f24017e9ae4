import { PolyheadError, type JsonValue, type Task } from '@polyhead/types';
import { nearestName } from './nearest-name.ts';
import type { DataFormat } from './readers/data-format.ts';
import { isBrokenRecord, type RecordResult } from './readers/record.ts';
import { sampleSize } from './sampled-records.ts';
import type { ResolvedTargetColumns, TargetColumns } from './targets/target-columns.ts';

/** The columns of a file, as far as its first rows show them. */
export interface KnownColumns {
  readonly file: string;
  readonly names: readonly string[];
  /** Those whose values are texts: strings, and not all of them numbers. */
  readonly texts: readonly string[];
  /** How many rows these are, if the rows after them may have other columns; undefined if no row can have others. */
  readonly sampled: number | undefined;
}

/** Whether each row names its own columns; elsewhere a header names them for all rows. */
function hasFreeColumns(format: DataFormat): boolean {
  return format === 'jsonl' || format === 'json';
}

/**
 * The columns that the first rows have, in the order of their appearance.
 * @param sample the first rows that {@link afterSample} shows
 */
export function findColumns(file: string, sample: readonly RecordResult[], format: DataFormat): KnownColumns {
  const values = new Map<string, JsonValue[]>();
  for (const record of sample) {
    if (isBrokenRecord(record)) {
      for (const name of record.columns ?? []) if (!values.has(name)) values.set(name, []);
      continue;
    }
    for (const [name, value] of Object.entries(record.values)) {
      const seen = values.get(name) ?? [];
      if (value !== null && value !== '') seen.push(value);
      values.set(name, seen);
    }
  }
  const names = [...values.keys()];
  const texts = names.filter((name) => isTextColumn(values.get(name) ?? []));
  const sampled = hasFreeColumns(format) && sample.length >= sampleSize ? sample.length : undefined;
  return { file, names, texts, sampled };
}

function isTextColumn(values: readonly JsonValue[]): boolean {
  return values.every((value) => typeof value === 'string') && values.some((value) => Number.isNaN(Number(value)));
}

const textNames = ['text', 'sentence', 'review', 'content'];
const targetNames = ['label', 'labels'];

/**
 * The column with the texts: the one named (which is not looked for if later rows may have it), else `text`, `sentence`,
 * `review` or `content`, else the only column of texts that is not a target.
 * @param targets columns that are taken
 * @throws {PolyheadError} COLUMN_NOT_FOUND
 */
export function resolveTextColumn(
  columns: KnownColumns,
  name: string | undefined,
  targets: readonly string[] = targetNames,
): string {
  if (name !== undefined) return assertColumn(columns, name);
  const known = textNames.find((candidate) => columns.names.includes(candidate) && !targets.includes(candidate));
  if (known !== undefined) return known;
  const others = columns.texts.filter((candidate) => !targets.includes(candidate));
  const [only] = others;
  if (only !== undefined && others.length === 1) return only;
  throw columnNotFound(columns, 'text', 'Say which column holds the texts.');
}

const defaultTargets: Readonly<Record<Task, readonly string[]>> = {
  'single-label': ['label'],
  'multi-label': ['labels', 'label'],
  regression: ['value', 'score', 'label'],
};

/**
 * The columns with the targets of a head; see {@link TargetColumns} for the defaults. Columns that are named are not looked
 * for if later rows may have them.
 * @throws {PolyheadError} COLUMN_NOT_FOUND; INVALID_ARGUMENT if options contradict each other
 */
export function resolveTargetColumns(columns: KnownColumns, spec: TargetColumns): ResolvedTargetColumns {
  const { labelColumns, delimiter } = spec;
  assertConsistent(spec);
  if (labelColumns !== undefined) {
    for (const name of labelColumns) assertColumn(columns, name);
    return { task: 'multi-label', labelColumns };
  }
  const named = spec.label ?? spec.labels ?? spec.value;
  const column = named === undefined ? defaultTarget(columns, spec.task) : assertColumn(columns, named);
  switch (spec.task ?? impliedTask(spec, column)) {
    case 'single-label':
      return { task: 'single-label', label: column };
    case 'multi-label':
      return { task: 'multi-label', labels: column, delimiter };
    case 'regression':
      return { task: 'regression', value: column };
  }
}

function impliedTask(spec: TargetColumns, column: string): Task {
  if (spec.label !== undefined) return 'single-label';
  if (spec.labels !== undefined) return 'multi-label';
  if (spec.value !== undefined) return 'regression';
  return column === 'labels' ? 'multi-label' : column === 'value' ? 'regression' : 'single-label';
}

function defaultTarget(columns: KnownColumns, task: Task | undefined): string {
  const candidates = task === undefined ? ['label', 'labels', 'value'] : defaultTargets[task];
  const found = candidates.find((name) => columns.names.includes(name));
  if (found !== undefined) return found;
  throw columnNotFound(columns, candidates[0] ?? 'label', 'Say which column holds the labels.');
}

const tasksOfOption: Readonly<Record<'label' | 'labels' | 'labelColumns' | 'value', readonly Task[]>> = {
  label: ['single-label', 'multi-label', 'regression'],
  labels: ['multi-label'],
  labelColumns: ['multi-label'],
  value: ['regression'],
};

function assertConsistent(spec: TargetColumns): void {
  const given = (['label', 'labels', 'labelColumns', 'value'] as const).filter((name) => spec[name] !== undefined);
  const [option] = given;
  if (option === undefined) return;
  if (given.length > 1) {
    throw new PolyheadError('INVALID_ARGUMENT', {
      message: `The options ${given.join(' and ')} exclude each other.`,
      remedy: 'Give the one that says where the targets of this head stand.',
    });
  }
  if (spec.task !== undefined && !tasksOfOption[option].includes(spec.task)) {
    throw new PolyheadError('INVALID_ARGUMENT', {
      message: `The option ${option} does not fit the task "${spec.task}".`,
      remedy: `It fits ${tasksOfOption[option].join(', ')}.`,
    });
  }
  if (spec.labelColumns?.length === 0) {
    throw new PolyheadError('INVALID_ARGUMENT', { message: 'The option labelColumns names no column.' });
  }
}

/** A column that is named is believed to be there as long as later rows may have it; see {@link assertPresent}. */
function assertColumn(columns: KnownColumns, name: string): string {
  if (columns.sampled === undefined) assertPresent(columns, [name]);
  return name;
}

/**
 * Refuses columns that are not among the known ones.
 * @throws {PolyheadError} COLUMN_NOT_FOUND
 */
export function assertPresent(columns: KnownColumns, wanted: readonly string[]): void {
  const missing = wanted.find((name) => !columns.names.includes(name));
  if (missing === undefined) return;
  throw columnNotFound(columns, missing, 'Check the name; in CSV and TSV the first row is the header.');
}

function columnNotFound({ file, names, sampled }: KnownColumns, name: string, remedy: string): PolyheadError {
  const nearest = nearestName(name, names);
  const listed = names.map((column) => `"${column}"`).join(', ');
  const hint = nearest === undefined ? '' : ` Nearest: "${nearest}".`;
  const [where, whose] = sampled === undefined ? ['', 'Its'] : [` in its first ${sampled} rows`, 'Their'];
  return new PolyheadError('COLUMN_NOT_FOUND', {
    message: `"${file}" has no column "${name}"${where}. ${whose} columns are: ${listed}.${hint}`,
    remedy,
    details: { file, column: name, columns: names, ...(nearest === undefined ? {} : { nearest }) },
  });
}
