import { PolyheadError, type JsonObject, type JsonValue } from '@polyhead/types';

/** @throws {PolyheadError} WORKER_FAILED */
export function assertJsonObject(value: JsonValue | undefined): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw unexpected('an object', value);
}

/** The numbers of a field. */
export function readNumbers(object: JsonObject, field: string): number[] {
  const value = object[field];
  if (Array.isArray(value) && value.every((entry) => typeof entry === 'number')) return value;
  throw unexpected(`a list of numbers in "${field}"`, object);
}

/** The number of a field. */
export function readNumber(object: JsonObject, field: string): number {
  const value = object[field];
  if (typeof value === 'number') return value;
  throw unexpected(`a number in "${field}"`, object);
}

/** The text of a field. */
export function readString(object: JsonObject, field: string): string {
  const value = object[field];
  if (typeof value === 'string') return value;
  throw unexpected(`a text in "${field}"`, object);
}

function unexpected(expected: string, found: JsonValue | undefined): PolyheadError {
  return new PolyheadError('WORKER_FAILED', {
    message: `A measuring process or a file of the suite has ${JSON.stringify(found).slice(0, 200)} where ${expected} is needed.`,
  });
}
