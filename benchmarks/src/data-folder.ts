import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loadLabeledTexts, type LoadedTexts } from '@polyhead/data';
import { PolyheadError } from '@polyhead/types';

/** The sets that the suite reads, as folders of `train.jsonl`, `validation.jsonl` and `test.jsonl`. */
export type DataSetName = 'sst2' | 'go_emotions' | 'banking77' | 'massive' | 'emotion' | 'ag_news';
export type SplitName = 'train' | 'validation' | 'test';

/** Reads the sets of a data folder. */
export interface DataFolder {
  pathOf(set: DataSetName, split: SplitName): string;
  load(set: DataSetName, split: SplitName, labelSet?: readonly string[]): Promise<LoadedTexts>;
}

/**
 * @param directory given by `--data`, else by POLYHEAD_DATA
 * @throws {PolyheadError} INVALID_ARGUMENT, FILE_NOT_FOUND
 */
export function openDataFolder(directory: string | undefined = process.env['POLYHEAD_DATA']): DataFolder {
  const remedy = 'Name one with --data DIR or POLYHEAD_DATA; "npm run bench -- fetch-data --output DIR" makes one.';
  if (directory === undefined) {
    throw new PolyheadError('INVALID_ARGUMENT', { message: 'No data folder is given.', remedy });
  }
  const pathOf = (set: DataSetName, split: SplitName): string => {
    const path = join(directory, set, `${split}.jsonl`);
    if (existsSync(path)) return path;
    throw new PolyheadError('FILE_NOT_FOUND', { message: `The data folder lacks "${path}".`, remedy });
  };
  return {
    pathOf,
    load: (set, split, labelSet) =>
      loadLabeledTexts(pathOf(set, split), {
        text: 'text',
        ...(set === 'go_emotions' ? { labels: 'labels' } : { label: 'label' }),
        ...(labelSet === undefined ? {} : { labelSet }),
      }),
  };
}
