import type { RecordResult } from './readers/record.ts';

/** Rows that are looked at before the columns are settled. */
export const sampleSize = 100;

/** Passes records on, after it has shown the first of them (up to 100) to `begin`. */
export async function* afterSample(
  records: AsyncIterable<RecordResult>,
  begin: (sample: readonly RecordResult[]) => void,
): AsyncGenerator<RecordResult> {
  let sample: RecordResult[] | undefined = [];
  for await (const record of records) {
    if (sample === undefined) {
      yield record;
      continue;
    }
    sample.push(record);
    if (sample.length < sampleSize) continue;
    begin(sample);
    for (const sampled of sample) yield sampled;
    sample = undefined;
  }
  if (sample === undefined) return;
  begin(sample);
  for (const sampled of sample) yield sampled;
}
