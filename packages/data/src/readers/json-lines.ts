import type { JsonValue } from '@polyhead/types';
import { toJsonRecord } from './json-record.ts';
import { createLineSplitter, type NumberedLine } from './line-splitter.ts';
import type { RecordResult } from './record.ts';

/** JSON Lines: one object a line. Blank lines are left out; a line that is not an object is a broken record. */
export async function* readJsonLines(chunks: AsyncIterable<string>, file: string): AsyncGenerator<RecordResult> {
  const splitter = createLineSplitter(file);
  for await (const chunk of chunks) yield* toRecords(splitter.push(chunk));
  yield* toRecords(splitter.end());
}

function* toRecords(lines: readonly NumberedLine[]): Generator<RecordResult> {
  for (const { row, line } of lines) if (line.trim() !== '') yield parseLine(row, line);
}

function parseLine(row: number, line: string): RecordResult {
  try {
    return toJsonRecord(row, JSON.parse(line) as JsonValue);
  } catch (error) {
    const detail = error instanceof Error ? `: ${error.message}` : '';
    return { row, problem: `the line is not valid JSON${detail}` };
  }
}
