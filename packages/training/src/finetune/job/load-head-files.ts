import { resolve } from 'node:path';
import { findTextColumn, loadColumns, type LoadedColumns, type TargetColumns } from '@polyhead/data';
import type { Targets } from '@polyhead/types';
import type { DataConfig, HeadConfig } from '../../config/training-config.ts';

/** Heads that read one file in one pass. */
export interface FileGroup {
  readonly file: string;
  readonly text: string | undefined;
  readonly heads: readonly string[];
}

type Heads = Readonly<Record<string, HeadConfig>>;

/** The part of the data that files are for. */
export type FilePart = 'train' | 'validation' | 'test';

interface ReadingOptions {
  /** Targets of the training rows, which others must follow; undefined for the training rows themselves. */
  readonly known?: ReadonlyMap<string, Targets>;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Heads by the file of a part and its column of texts, in the order in which they are first named. Heads without such a file
 * are left out. Where some heads of a file name the column and others leave it to be found, it is looked up.
 * @throws {PolyheadError} of reading, COLUMN_NOT_FOUND
 */
export async function groupByFile(heads: Heads, part: FilePart, options: ReadingOptions): Promise<FileGroup[]> {
  const named = Object.entries(heads).flatMap(([name, { data }]) => {
    const file = data[part];
    return file === undefined ? [] : [{ name, file, path: resolve(file), text: data.text }];
  });
  const found = new Map<string, string>();
  for (const path of new Set(named.map((entry) => entry.path))) {
    const entries = named.filter((entry) => entry.path === path);
    const unnamed = entries.filter(({ text }) => text === undefined);
    const [first] = unnamed;
    if (first === undefined || unnamed.length === entries.length) continue;
    const names = unnamed.map(({ name }) => name);
    const columns = toColumnsOfHeads(names, heads, options.known);
    found.set(path, await findTextColumn(first.file, { heads: columns, signal: options.signal }));
  }
  const groups = new Map<string, { file: string; text: string | undefined; heads: string[] }>();
  for (const { name, file, path, text = found.get(path) } of named) {
    const key = JSON.stringify([path, text ?? null]);
    const group = groups.get(key) ?? { file, text, heads: [] };
    group.heads.push(name);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/**
 * Reads a file once for all its heads.
 * @throws {PolyheadError} of reading, COLUMN_NOT_FOUND, UNKNOWN_LABEL, BROKEN_ROWS, DATA_EMPTY
 */
export function loadHeadFile(
  { file, text, heads }: FileGroup,
  configs: Heads,
  { known, signal }: ReadingOptions,
): Promise<LoadedColumns> {
  const strict = heads.some((name) => configs[name]?.data.onBrokenRow === 'fail');
  const columns = toColumnsOfHeads(heads, configs, known);
  return loadColumns(file, {
    text,
    heads: columns,
    ignoreUnlabelled: Object.keys(configs).length > 1,
    onBrokenRow: strict ? 'fail' : 'skip',
    signal,
  });
}

function toColumnsOfHeads(
  names: readonly string[],
  configs: Heads,
  known: ReadingOptions['known'],
): Record<string, TargetColumns> {
  const entries = names.flatMap((name): [string, TargetColumns][] => {
    const config = configs[name];
    return config === undefined ? [] : [[name, toTargetColumns(config, known?.get(name))]];
  });
  return Object.fromEntries(entries);
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
