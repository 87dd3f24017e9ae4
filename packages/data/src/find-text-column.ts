import { findColumns, resolveTargetColumns, resolveTextColumn } from './columns.ts';
import type { LoadColumnsOptions } from './load-columns.ts';
import { formatOfSource, readRecords } from './readers/read-records.ts';
import { afterSample } from './sampled-records.ts';
import { columnNamesOf } from './targets/target-columns.ts';

/**
 * The column whose texts {@link loadColumns} would read with these options. Only the first rows are looked at.
 * @throws {PolyheadError} what {@link readRecords} throws, COLUMN_NOT_FOUND, INVALID_ARGUMENT
 */
export async function findTextColumn(file: string, options: LoadColumnsOptions): Promise<string> {
  let found = '';
  const records = afterSample(readRecords(file, options), (sample) => {
    const known = findColumns(file, sample, formatOfSource(file, options).format);
    const taken = Object.values(options.heads).flatMap((spec) => columnNamesOf(resolveTargetColumns(known, spec)));
    found = resolveTextColumn(known, options.text, taken);
  });
  await records.next();
  await records.return(undefined);
  return found;
}
