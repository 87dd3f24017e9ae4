import type { JsonObject, JsonValue } from '@polyhead/types';
import { tokenizerError } from './tokenizer-error.ts';

/** True for a JSON object (not null, not a list). */
export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** True for a JSON list. */
export function isJsonList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** Reads the fields of one JSON object of tokenizer.json; a wrong one is refused with its place. */
export class JsonFields {
  readonly object: JsonObject;
  /** Where the object stands, such as `tokenizer.json: model`. */
  readonly where: string;

  /** @throws {PolyheadError} TOKENIZER_INVALID if `value` is not an object */
  constructor(value: JsonValue | undefined, where: string) {
    this.where = where;
    if (!isJsonObject(value))
      throw tokenizerError(`${where} must be an object, but it is ${describe(value)}.`, { where });
    this.object = value;
  }

  string(key: string, fallback?: string): string {
    const value = this.object[key] ?? fallback;
    return typeof value === 'string' ? value : this.refuse(key, 'a text');
  }

  optionalString(key: string): string | undefined {
    const value = this.object[key] ?? undefined;
    return value === undefined || typeof value === 'string' ? value : this.refuse(key, 'a text');
  }

  boolean(key: string, fallback: boolean): boolean {
    const value = this.object[key] ?? fallback;
    return typeof value === 'boolean' ? value : this.refuse(key, 'true or false');
  }

  integer(key: string, fallback?: number): number {
    const value = this.object[key] ?? fallback;
    return typeof value === 'number' && Number.isInteger(value) ? value : this.refuse(key, 'an integer');
  }

  list(key: string, fallback?: readonly JsonValue[]): readonly JsonValue[] {
    const value = this.object[key] ?? fallback;
    return isJsonList(value) ? value : this.refuse(key, 'a list');
  }

  fields(key: string): JsonFields {
    return new JsonFields(this.object[key], `${this.where}.${key}`);
  }

  /** The objects of a list field. */
  each(key: string, fallback?: readonly JsonValue[]): JsonFields[] {
    return this.list(key, fallback).map((value, index) => new JsonFields(value, `${this.where}.${key}[${index}]`));
  }

  /** @throws {PolyheadError} TOKENIZER_INVALID, always */
  refuse(key: string, expected: string): never {
    throw tokenizerError(`${this.where}.${key} must be ${expected}, but it is ${describe(this.object[key])}.`, {
      where: `${this.where}.${key}`,
    });
  }
}

function describe(value: JsonValue | undefined): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (isJsonList(value)) return 'a list';
  if (isJsonObject(value)) return 'an object';
  return `the ${typeof value} ${JSON.stringify(value).slice(0, 60)}`;
}
