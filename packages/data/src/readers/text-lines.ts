import { createLineSplitter, type NumberedLine } from './line-splitter.ts';
import type { DataRecord } from './record.ts';

/** Plain text, one text a line, as records with the one column `text`. Blank lines hold no text and are left out. */
export async function* readTextLines(chunks: AsyncIterable<string>, file: string): AsyncGenerator<DataRecord> {
  const splitter = createLineSplitter(file);
  for await (const chunk of chunks) yield* toRecords(splitter.push(chunk));
  yield* toRecords(splitter.end());
}

function* toRecords(lines: readonly NumberedLine[]): Generator<DataRecord> {
  for (const { row, line } of lines) if (line.trim() !== '') yield { row, values: { text: line } };
}
