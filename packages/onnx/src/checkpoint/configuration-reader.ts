import { PolyheadError, type JsonObject, type JsonValue } from '@polyhead/types';

/** Reads typed fields of a config.json; says which field of which file is wrong. */
export interface ConfigurationReader {
  /** Path, for messages. */
  readonly file: string;
  /** @throws {PolyheadError} INVALID_CONFIGURATION if it is not a non-negative integer, or missing without a fallback */
  integer(field: string, fallback?: number): number;
  /** @throws {PolyheadError} INVALID_CONFIGURATION */
  number(field: string, fallback?: number): number;
  /** @throws {PolyheadError} INVALID_CONFIGURATION */
  text(field: string, fallback?: string): string;
  /** @throws {PolyheadError} INVALID_CONFIGURATION */
  flag(field: string, fallback: boolean): boolean;
  /** A list of texts, also written as one text with `|` in between; undefined if missing. @throws {PolyheadError} INVALID_CONFIGURATION */
  texts(field: string): readonly string[] | undefined;
  /** A nested object; undefined if missing. @throws {PolyheadError} INVALID_CONFIGURATION */
  object(field: string): ConfigurationReader | undefined;
  /** Says that a field has a value that cannot be used. */
  reject(field: string, expected: string): PolyheadError;
}

/** Wraps a parsed config.json. A field that is null counts as missing. */
export function createConfigurationReader(json: JsonObject, file: string): ConfigurationReader {
  function reject(field: string, expected: string): PolyheadError {
    return new PolyheadError('INVALID_CONFIGURATION', {
      message: `Field "${field}" of "${file}" is ${JSON.stringify(json[field] ?? null)}; expected ${expected}.`,
      remedy: 'Restore config.json from the original model.',
      details: { file, field },
    });
  }

  function read<Value>(
    field: string,
    options: {
      readonly fallback?: Value | undefined;
      readonly expected: string;
      readonly is: (value: JsonValue) => value is JsonValue & Value;
    },
  ): Value {
    const value = json[field] ?? null;
    if (value === null && options.fallback !== undefined) return options.fallback;
    if (value === null || !options.is(value)) throw reject(field, options.expected);
    return value;
  }

  const isNumber = (value: JsonValue): value is number => typeof value === 'number';
  const isCount = (value: JsonValue): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
  const isText = (value: JsonValue): value is string => typeof value === 'string';
  const isFlag = (value: JsonValue): value is boolean => typeof value === 'boolean';

  return {
    file,
    reject,
    integer: (field, fallback) => read(field, { fallback, expected: 'a non-negative integer', is: isCount }),
    number: (field, fallback) => read(field, { fallback, expected: 'a number', is: isNumber }),
    text: (field, fallback) => read(field, { fallback, expected: 'a text', is: isText }),
    flag: (field, fallback) => read(field, { fallback, expected: 'true or false', is: isFlag }),
    texts(field) {
      const value = json[field] ?? null;
      if (value === null) return undefined;
      const list: readonly JsonValue[] | undefined =
        typeof value === 'string' ? value.split('|') : isList(value) ? value : undefined;
      if (list?.every(isText) !== true) throw reject(field, 'a list of texts');
      return list;
    },
    object(field) {
      const value = json[field] ?? null;
      if (value === null) return undefined;
      if (typeof value !== 'object' || isList(value)) throw reject(field, 'an object');
      return createConfigurationReader(value, `${file} (${field})`);
    },
  };
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
