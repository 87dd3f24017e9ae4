import { PolyheadError, type JsonValue } from '@polyhead/types';
import { isJsonObject, toJsonRecord } from './json-record.ts';
import type { RecordResult } from './record.ts';

/** Longest text that Node.js can hold in one string. */
const maximumLength = 2 ** 29 - 24;

/**
 * JSON: a list of objects, or an object with such a list under `data` or `rows`. Read as a whole.
 * @throws {PolyheadError} DATA_MALFORMED
 */
export async function* readJsonRecords(chunks: AsyncIterable<string>, file: string): AsyncGenerator<RecordResult> {
  const text = await joinChunks(chunks, file);
  if (text.trim() === '') return;
  const list = findList(parse(text, file), file);
  for (const [index, value] of list.entries()) yield toJsonRecord(index + 1, value);
}

async function joinChunks(chunks: AsyncIterable<string>, file: string): Promise<string> {
  const parts: string[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > maximumLength) throw malformed(file, 'it is too large to be read as one JSON value', linesRemedy);
    parts.push(chunk);
  }
  return parts.join('');
}

const linesRemedy = 'Convert it to JSON Lines (one object a line, .jsonl), which is read row by row.';
const shapeRemedy = 'Expected is a list of objects, or {"data": [...]} or {"rows": [...]}.';

function parse(text: string, file: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const remedy = isJson(text.slice(0, text.indexOf('\n')))
      ? 'It looks like JSON Lines: let its name end in .jsonl.'
      : shapeRemedy;
    throw malformed(file, `it is not valid JSON: ${message}${lineOf(message, text)}`, remedy);
  }
}

function isJson(text: string): boolean {
  try {
    return isJsonObject(JSON.parse(text) as JsonValue);
  } catch {
    return false;
  }
}

function lineOf(message: string, text: string): string {
  const position = /at position (\d+)$/.exec(message)?.[1];
  return position === undefined ? '' : ` (line ${text.slice(0, Number(position)).split('\n').length})`;
}

function findList(value: JsonValue, file: string): readonly JsonValue[] {
  const list = isJsonObject(value) ? (value['data'] ?? value['rows']) : value;
  if (Array.isArray(list)) return list as readonly JsonValue[];
  throw malformed(file, 'it holds no list of rows', shapeRemedy);
}

function malformed(file: string, what: string, remedy: string): PolyheadError {
  return new PolyheadError('DATA_MALFORMED', {
    message: `"${file}" cannot be read: ${what}.`,
    remedy,
    details: { file },
  });
}
