import { PolyheadError } from '@polyhead/types';

/** Longest row that is read, in UTF-16 units (bytes for CSV). Longer ones mean that a file is not what it seems. */
export const maximumRecordLength: number = 1 << 26;

/** A row does not end. */
export function recordTooLongError(file: string, row: number, likely: string): PolyheadError {
  return new PolyheadError('DATA_MALFORMED', {
    message: `"${file}", row ${row}: the row does not end within ${maximumRecordLength} characters.`,
    remedy: likely,
    details: { file, row },
  });
}
