import { loadColumns, type LoadedColumns, type TargetColumns } from '@polyhead/data';
import type { Targets } from '@polyhead/types';
import type { DataConfig, HeadConfig } from '../../config/training-config.ts';

/** Heads that read one file in one pass. */
export interface FileGroup {
  readonly file: string;
  readonly text: string | undefined;
  readonly heads: readonly string[];
}

/** Heads by the file of a part, in the order in which the files are first named. Heads without such a file are left out. */
export function groupByFile(
  heads: Readonly<Record<string, HeadConfig>>,
  part: 'train' | 'validation' | 'test',
): FileGroup[] {
  const groups = new Map<string, { file: string; text: string | undefined; heads: string[] }>();
  for (const [name, { data }] of Object.entries(heads)) {
    const file = data[part];
    if (file === undefined) continue;
    const key = JSON.stringify([file, data.text ?? '']);
    const group = groups.get(key) ?? { file, text: data.text, heads: [] };
    group.heads.push(name);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/**
 * Reads a file once for all its heads.
 * @param known targets of the training rows, which others must follow; undefined for the training rows themselves
 * @throws {PolyheadError} of reading, COLUMN_NOT_FOUND, UNKNOWN_LABEL, BROKEN_ROWS, DATA_EMPTY
 */
export function loadHeadFile(
  { file, text, heads }: FileGroup,
  configs: Readonly<Record<string, HeadConfig>>,
  { known, signal }: { readonly known?: ReadonlyMap<string, Targets>; readonly signal?: AbortSignal | undefined },
): Promise<LoadedColumns> {
  const entries = heads.flatMap((name): [string, TargetColumns][] => {
    const config = configs[name];
    return config === undefined ? [] : [[name, toTargetColumns(config, known?.get(name))]];
  });
  const strict = heads.some((name) => configs[name]?.data.onBrokenRow === 'fail');
  return loadColumns(file, {
    text,
    heads: Object.fromEntries(entries),
    ignoreUnlabelled: Object.keys(configs).length > 1,
    onBrokenRow: strict ? 'fail' : 'skip',
    signal,
  });
}

function toTargetColumns({ task, data }: HeadConfig, known: Targets | undefined): TargetColumns {
  const { label, labels, labelColumns, value, delimiter, labelList }: DataConfig = data;
  return {
    label,
    labels,
    labelColumns,
    value,
    delimiter,
    task: known?.task ?? task,
    labelSet: known === undefined ? labelList : known.task === 'regression' ? undefined : known.labels,
  };
}
