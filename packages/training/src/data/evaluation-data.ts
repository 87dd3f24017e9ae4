import { loadLabeledTexts, type LoadedTexts } from '@polyhead/data';
import { hasErrorCode, PolyheadError, type ErrorCode, type FittedHead, type LabeledTexts } from '@polyhead/types';
import type { ColumnsConfig } from '../config/training-config.ts';
import type { TrainingListeners } from '../training-events.ts';
import { toReaderOptions } from './head-data.ts';
import { describeSkippedRows } from './skipped-rows.ts';

/** A labelled file for heads that exist already. */
export interface EvaluationSource {
  readonly data: string;
  /** Columns, where they cannot be told from their names. */
  readonly columns?: ColumnsConfig | undefined;
}

/** A head to find rows for. */
export interface NamedHead {
  readonly name: string;
  readonly fitted: Pick<FittedHead, 'task' | 'labels'>;
}

/** How rows are looked for. */
export interface LoadRowsOptions extends Pick<TrainingListeners, 'onWarning'> {
  /** Whether the model has other heads, to whom rows may belong that have no target of a head. */
  readonly oneOfSeveral: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** The column that holds a head's labels when it is named like the head. */
function columnNamedLike({ name, fitted }: NamedHead): ColumnsConfig {
  switch (fitted.task) {
    case 'single-label':
      return { label: name };
    case 'multi-label':
      return { labels: name };
    case 'regression':
      return { value: name };
  }
}

/** A head, and where its rows are. */
interface Search extends LoadRowsOptions {
  readonly source: EvaluationSource;
  readonly head: NamedHead;
}

function load({ source, head, oneOfSeveral, signal }: Search, extra: ColumnsConfig = {}): Promise<LoadedTexts> {
  const columns = { ...source.columns, ...extra, onBrokenRow: 'skip' } as const;
  return loadLabeledTexts(source.data, {
    ...toReaderOptions({ ...columns, name: head.name, oneOfSeveral }, signal),
    labelSet: head.fitted.labels,
    task: head.fitted.task,
  });
}

/** The rows by a column named like the head; undefined if there is none, or if the columns are given. */
async function loadFromOwnColumn(search: Search): Promise<LoadedTexts | undefined> {
  const { label, labels, labelColumns, value } = search.source.columns ?? {};
  if ([label, labels, labelColumns, value].some((column) => column !== undefined)) return undefined;
  try {
    return await load(search, columnNamedLike(search.head));
  } catch (error) {
    if (hasErrorCode(error, 'COLUMN_NOT_FOUND')) return undefined;
    throw error;
  }
}

/** What a file that is none of a head's makes reading it fail with. */
const misfits: readonly ErrorCode[] = ['COLUMN_NOT_FOUND', 'UNKNOWN_LABEL', 'DATA_EMPTY'];
/** And in a column that is not named like the head: it holds something else, or is for another task. */
const misfitsOfOtherColumns: readonly ErrorCode[] = [...misfits, 'BROKEN_ROWS', 'INVALID_ARGUMENT'];

/**
 * The rows of a file for each head that it fits: by the columns given, else by a column named like the head, else by the
 * usual names. A head that the file does not fit is left out with a warning, unless it fits none. Rows that are skipped are
 * warned of, once for each file.
 * @throws {PolyheadError} errors of reading; the reason why the file does not fit, if it fits no head
 */
export async function loadRowsForHeads(
  source: EvaluationSource,
  heads: readonly NamedHead[],
  options: LoadRowsOptions,
): Promise<Map<string, LabeledTexts>> {
  const found = new Map<string, LoadedTexts>();
  const refusals: { head: string; error: PolyheadError }[] = [];
  for (const head of heads) {
    const search = { ...options, source, head };
    let codes = misfits;
    try {
      let rows = await loadFromOwnColumn(search);
      if (rows === undefined) {
        codes = misfitsOfOtherColumns;
        rows = await load(search);
      }
      found.set(head.name, rows);
    } catch (error) {
      if (!PolyheadError.isInstance(error) || !codes.includes(error.code)) throw error;
      refusals.push({ head: head.name, error });
    }
  }
  if (found.size === 0) throwRefusal(refusals);
  const warnings = describeSkippedRows([...found.values()].flatMap(({ problems }) => problems));
  for (const warning of warnings) options.onWarning?.(warning);
  for (const { head, error } of refusals) options.onWarning?.({ head, message: `left out: ${error.message}` });
  return found;
}

/** Throws the reason of the first head, or of the first whose task the options fit. */
function throwRefusal(refusals: readonly { readonly error: PolyheadError }[]): void {
  const [first] = refusals;
  const telling = refusals.find(({ error }) => error.code !== 'INVALID_ARGUMENT') ?? first;
  if (telling !== undefined) throw telling.error;
}

/**
 * The rows of a file for one head; see {@link loadRowsForHeads}.
 * @throws {PolyheadError} COLUMN_NOT_FOUND, UNKNOWN_LABEL, DATA_EMPTY and other errors of reading
 */
export async function loadRowsForHead(
  source: EvaluationSource,
  head: NamedHead,
  options: LoadRowsOptions,
): Promise<LabeledTexts> {
  const rows = (await loadRowsForHeads(source, [head], options)).get(head.name);
  if (rows === undefined) throw new PolyheadError('INTERNAL', { message: `The rows of head "${head.name}" got lost.` });
  return rows;
}
