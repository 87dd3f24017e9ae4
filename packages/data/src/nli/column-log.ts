import { PolyheadError } from '@polyhead/types';
import { isBrokenRecord, type RecordResult } from '../readers/record.ts';

/** Remembers which columns rows have had. */
export interface ColumnLog {
  readonly wanted: readonly string[];
  readonly seen: ReadonlySet<string>;
  add(record: RecordResult): void;
}

/** @param wanted columns that some row must have */
export function createColumnLog(wanted: readonly string[]): ColumnLog {
  const seen = new Set<string>();
  return {
    wanted,
    seen,
    add(record) {
      if (isBrokenRecord(record)) return;
      for (const name of Object.keys(record.values)) seen.add(name);
    },
  };
}

/** @throws {PolyheadError} COLUMN_NOT_FOUND if no row had one of the columns */
export function assertColumnsSeen({ wanted, seen }: ColumnLog, file: string): void {
  const missing = wanted.filter((name) => !seen.has(name));
  if (missing.length === 0) return;
  const quote = (names: Iterable<string>): string => Array.from(names, (name) => `"${name}"`).join(', ');
  throw new PolyheadError('COLUMN_NOT_FOUND', {
    message: `"${file}" has no column ${quote(missing)}. Its columns are: ${quote(seen)}.`,
    remedy: 'Name the columns that hold the texts and the labels.',
    details: { file, columns: missing },
  });
}
