import { PolyheadError, type JsonValue, type Task } from '@polyhead/types';
import { nearestName } from './nearest-name.ts';
import { isBrokenRecord, type RecordResult } from './readers/record.ts';
import type { ResolvedTargetColumns, TargetColumns } from './targets/target-columns.ts';

/** The columns of a file, as far as its first rows show them. */
export interface KnownColumns {
  readonly file: string;
  readonly names: readonly string[];
  /** Those whose values are texts: strings, and not all of them numbers. */
  readonly texts: readonly string[];
}

/** The columns that the given rows have, in the order of their appearance. */
export function findColumns(file: string, sample: readonly RecordResult[]): KnownColumns {
  const values = new Map<string, JsonValue[]>();
  for (const record of sample) {
    if (isBrokenRecord(record)) continue;
    for (const [name, value] of Object.entries(record.values)) {
      const seen = values.get(name) ?? [];
      if (value !== null && value !== '') seen.push(value);
      values.set(name, seen);
    }
  }
  const names = [...values.keys()];
  return { file, names, texts: names.filter((name) => isTextColumn(values.get(name) ?? [])) };
}

function isTextColumn(values: readonly JsonValue[]): boolean {
  return values.every((value) => typeof value === 'string') && values.some((value) => Number.isNaN(Number(value)));
}

const textNames = ['text', 'sentence', 'review', 'content'];
const targetNames = ['label', 'labels'];

/**
 * The column with the texts: the one named, else `text`, `sentence`, `review` or `content`, else the only column of
 * texts that is not a target.
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
 * The columns with the targets of a head; see {@link TargetColumns} for the defaults.
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

function assertColumn(columns: KnownColumns, name: string): string {
  if (columns.names.includes(name)) return name;
  throw columnNotFound(columns, name, 'Check the name; in CSV and TSV the first row is the header.');
}

function columnNotFound({ file, names }: KnownColumns, name: string, remedy: string): PolyheadError {
  const nearest = nearestName(name, names);
  const listed = names.map((column) => `"${column}"`).join(', ');
  const hint = nearest === undefined ? '' : ` Nearest: "${nearest}".`;
  return new PolyheadError('COLUMN_NOT_FOUND', {
    message: `"${file}" has no column "${name}". Its columns are: ${listed}.${hint}`,
    remedy,
    details: { file, column: name, columns: names, ...(nearest === undefined ? {} : { nearest }) },
  });
}
