import type { JsonObject, JsonValue } from '@polyhead/types';
import type { RecordResult } from './record.ts';

/** True for a JSON object, false for lists, null and plain values. */
export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An object becomes a record, a plain string a record with the column `text`, anything else a broken record. */
export function toJsonRecord(row: number, value: JsonValue): RecordResult {
  // Without a prototype, a column may be called "constructor".
  if (isJsonObject(value)) return { row, values: Object.assign(Object.create(null) as JsonObject, value) };
  if (typeof value === 'string') return { row, values: { text: value } };
  const kind = value === null ? 'null' : Array.isArray(value) ? 'a list' : `a ${typeof value}`;
  return { row, problem: `the row is ${kind}, not a JSON object` };
}
