import { isBrokenRecord, readRecords, type DataRecord } from '@polyhead/data';
import { PolyheadError } from '@polyhead/types';
import type { OwnExamples, OwnPair, OwnTriplet } from '../own-examples.ts';

/**
 * Reads pairs (columns `first`, `second` and `similarity`) or triplets (columns `anchor`, `positive` and `negative`) of one's
 * own. One row that cannot be used stops the job: such files are small and made by hand.
 * @throws {PolyheadError} errors of reading; COLUMN_NOT_FOUND, BROKEN_ROWS
 */
export async function loadOwnExamples(file: string, signal?: AbortSignal): Promise<OwnExamples> {
  const pairs: OwnPair[] = [];
  const triplets: OwnTriplet[] = [];
  for await (const record of readRecords(file, { signal })) {
    if (isBrokenRecord(record)) throw broken(file, record.row, record.problem);
    const { values } = record;
    if ('first' in values && 'second' in values && 'similarity' in values) pairs.push(toPair(file, record));
    else if ('anchor' in values && 'positive' in values && 'negative' in values) triplets.push(toTriplet(file, record));
    else {
      throw new PolyheadError('COLUMN_NOT_FOUND', {
        message: `"${file}" has neither the columns first, second and similarity nor anchor, positive and negative.`,
        remedy: `It has: ${Object.keys(values).join(', ')}.`,
        details: { file, row: record.row },
      });
    }
  }
  return { pairs, triplets };
}

function toPair(file: string, record: DataRecord): OwnPair {
  const similarity = Number(record.values['similarity']);
  if (!(similarity >= -1 && similarity <= 1)) throw broken(file, record.row, 'similarity is no number from -1 to 1');
  return { first: textOf(file, record, 'first'), second: textOf(file, record, 'second'), similarity };
}

function toTriplet(file: string, record: DataRecord): OwnTriplet {
  return {
    anchor: textOf(file, record, 'anchor'),
    positive: textOf(file, record, 'positive'),
    negative: textOf(file, record, 'negative'),
  };
}

function textOf(file: string, { row, values }: DataRecord, column: string): string {
  const value = values[column];
  if (typeof value === 'string' && value.trim() !== '') return value;
  throw broken(file, row, `column "${column}" is empty or no text`);
}

function broken(file: string, row: number, reason: string): PolyheadError {
  return new PolyheadError('BROKEN_ROWS', {
    message: `"${file}", row ${row}: ${reason}.`,
    remedy: 'Mend the row or take it out.',
    details: { file, row },
  });
}
