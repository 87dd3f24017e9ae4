import { loadLabeledTexts, type LoadLabeledTextsOptions } from '@polyhead/data';
import { hasErrorCode, type PolyheadError, type FittedHead, type LabeledTexts } from '@polyhead/types';
import type { ColumnsConfig } from '../config/training-config.ts';
import type { TrainingListeners } from '../training-events.ts';
import { toReaderOptions } from './head-data.ts';

/** A labelled file for heads that exist already. */
export interface EvaluationSource {
  readonly data: string;
  /** Columns, where they cannot be told from their names. */
  readonly columns?: ColumnsConfig | undefined;
}

/** A head to find rows for. */
export interface NamedHead {
  readonly name: string;
  readonly fitted: FittedHead;
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

/**
 * The rows of a file for one head: by the columns given, else by a column named like the head, else by the usual names.
 * @throws {PolyheadError} COLUMN_NOT_FOUND, UNKNOWN_LABEL and other errors of reading
 */
export async function loadRowsForHead(
  source: EvaluationSource,
  head: NamedHead,
  signal?: AbortSignal,
): Promise<LabeledTexts> {
  const columns = source.columns ?? {};
  const load = (extra: ColumnsConfig): Promise<LabeledTexts> => {
    const options: LoadLabeledTextsOptions = {
      ...toReaderOptions({ ...columns, ...extra, onBrokenRow: 'skip' }, signal),
      labelSet: head.fitted.labels,
      task: head.fitted.task,
    };
    return loadLabeledTexts(source.data, options);
  };
  const explicit = [columns.label, columns.labels, columns.labelColumns, columns.value].some(
    (column) => column !== undefined,
  );
  if (explicit) return load({});
  try {
    return await load(columnNamedLike(head));
  } catch (error) {
    if (!hasErrorCode(error, 'COLUMN_NOT_FOUND')) throw error;
    return load({});
  }
}

/**
 * The rows of a file for each head that it fits. A head that it does not fit is left out with a warning, unless it
 * fits none.
 * @throws {PolyheadError} the reason why the file does not fit, if it fits no head
 */
export async function loadRowsForHeads(
  source: EvaluationSource,
  heads: readonly NamedHead[],
  options: Pick<TrainingListeners, 'onWarning'> & { readonly signal?: AbortSignal | undefined },
): Promise<Map<string, LabeledTexts>> {
  const found = new Map<string, LabeledTexts>();
  const refusals: { head: string; error: PolyheadError }[] = [];
  for (const head of heads) {
    try {
      found.set(head.name, await loadRowsForHead(source, head, options.signal));
    } catch (error) {
      if (!hasErrorCode(error, 'COLUMN_NOT_FOUND') && !hasErrorCode(error, 'UNKNOWN_LABEL')) throw error;
      refusals.push({ head: head.name, error });
    }
  }
  const [first] = refusals;
  if (found.size === 0 && first !== undefined) throw first.error;
  for (const { head, error } of refusals) options.onWarning?.({ head, message: `left out: ${error.message}` });
  return found;
}
