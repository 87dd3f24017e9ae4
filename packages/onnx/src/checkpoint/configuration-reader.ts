import { PolyheadError, type JsonObject, type JsonValue } from '@polyhead/types';

/** Reads typed fields of a config.json; says which field of which file is wrong. */
export interface ConfigurationReader {
  /** Path, for messages. */
  readonly file: string;
  /** @throws {PolyheadError} INVALID_CONFIGURATION if it is not a non-negative integer, or missing without a fallback */
  integer(field: string, fallback?: number): number;
  /** @throws {PolyheadError} INVALID_CONFIGURATION */
  number(field: string, fallback?: number): number;
  /** A number from 0 to below 1. @throws {PolyheadError} INVALID_CONFIGURATION */
  probability(field: string, fallback: number): number;
  /** @throws {PolyheadError} INVALID_CONFIGURATION */
  text(field: string, fallback?: string): string;
  /** @throws {PolyheadError} INVALID_CONFIGURATION */
  flag(field: string, fallback: boolean): boolean;
  /** A list of texts, also written as one text with `|` in between; undefined if missing. @throws {PolyheadError} INVALID_CONFIGURATION */
  texts(field: string): readonly string[] | undefined;
  /** A nested object; undefined if missing. @throws {PolyheadError} INVALID_CONFIGURATION */
  object(field: string): ConfigurationReader | undefined;
  /** Whether a field is an object with anything in it. */
  isFilled(field: string): boolean;
  /** Says that a field has a value that cannot be used. */
  reject(field: string, expected: string): PolyheadError;
}

/** Wraps a parsed config.json. A field that is null counts as missing. */
export function createConfigurationReader(json: JsonObject, file: string): ConfigurationReader {
  return new JsonConfigurationReader(json, file);
}

class JsonConfigurationReader implements ConfigurationReader {
  readonly file: string;
  readonly #json: JsonObject;

  constructor(json: JsonObject, file: string) {
    this.file = file;
    this.#json = json;
  }

  integer(field: string, fallback?: number): number {
    return this.#read(field, { fallback, expected: 'a non-negative integer', is: isCount });
  }

  number(field: string, fallback?: number): number {
    return this.#read(field, { fallback, expected: 'a number', is: isNumber });
  }

  probability(field: string, fallback: number): number {
    return this.#read(field, { fallback, expected: 'a number from 0 to below 1', is: isProbability });
  }

  text(field: string, fallback?: string): string {
    return this.#read(field, { fallback, expected: 'a text', is: isText });
  }

  flag(field: string, fallback: boolean): boolean {
    return this.#read(field, { fallback, expected: 'true or false', is: isFlag });
  }

  texts(field: string): readonly string[] | undefined {
    const value = this.#json[field] ?? null;
    if (value === null) return undefined;
    const list = typeof value === 'string' ? value.split('|') : value;
    if (!isList(list) || !list.every(isText)) throw this.reject(field, 'a list of texts');
    return list;
  }

  object(field: string): ConfigurationReader | undefined {
    const value = this.#json[field] ?? null;
    if (value === null) return undefined;
    if (typeof value !== 'object' || isList(value)) throw this.reject(field, 'an object');
    return new JsonConfigurationReader(value, `${this.file} (${field})`);
  }

  isFilled(field: string): boolean {
    const value = this.#json[field] ?? null;
    return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
  }

  reject(field: string, expected: string): PolyheadError {
    return new PolyheadError('INVALID_CONFIGURATION', {
      message: `Field "${field}" of "${this.file}" is ${JSON.stringify(this.#json[field] ?? null)}; expected ${expected}.`,
      remedy: 'Restore config.json from the original model, or choose a model without this setting.',
      details: { file: this.file, field },
    });
  }

  #read<Value extends JsonValue>(field: string, rule: FieldRule<Value>): Value {
    const value = this.#json[field] ?? null;
    if (value === null && rule.fallback !== undefined) return rule.fallback;
    if (value === null || !rule.is(value)) throw this.reject(field, rule.expected);
    return value;
  }
}

interface FieldRule<Value extends JsonValue> {
  readonly fallback: Value | undefined;
  readonly expected: string;
  readonly is: (value: JsonValue) => value is Value;
}

function isNumber(value: JsonValue): value is number {
  return typeof value === 'number';
}

function isProbability(value: JsonValue): value is number {
  return typeof value === 'number' && value >= 0 && value < 1;
}

function isCount(value: JsonValue): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isText(value: JsonValue): value is string {
  return typeof value === 'string';
}

function isFlag(value: JsonValue): value is boolean {
  return typeof value === 'boolean';
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
