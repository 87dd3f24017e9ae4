import type { FileMetaData } from 'hyparquet';
import type { JsonValue } from '@polyhead/types';
import { isJsonObject } from './json-record.ts';

/** Label names by column, where integers stand for labels. */
export type ClassNames = ReadonlyMap<string, readonly string[]>;

/**
 * The label names that the Hugging Face `datasets` library stores in a Parquet file, under the metadata key
 * `huggingface` as `info.features.COLUMN` of type ClassLabel, or a list of such.
 */
export function classNamesOf(metadata: FileMetaData): ClassNames {
  const text = metadata.key_value_metadata?.find((entry) => entry.key === 'huggingface')?.value;
  const features = text === undefined ? undefined : member(member(parse(text), 'info'), 'features');
  const names = new Map<string, readonly string[]>();
  if (!isJsonObject(features)) return names;
  for (const [column, feature] of Object.entries(features)) {
    const found = namesOf(feature) ?? namesOf(member(feature, 'feature')) ?? namesOf(firstOf(feature));
    if (found !== undefined) names.set(column, found);
  }
  return names;
}

function parse(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

function member(value: JsonValue | undefined, name: string): JsonValue | undefined {
  return isJsonObject(value) ? value[name] : undefined;
}

function firstOf(value: JsonValue): JsonValue | undefined {
  return Array.isArray(value) ? (value as readonly JsonValue[])[0] : undefined;
}

function namesOf(feature: JsonValue | undefined): readonly string[] | undefined {
  const names = member(feature, 'names');
  if (member(feature, '_type') !== 'ClassLabel' || !Array.isArray(names)) return undefined;
  return names.every((name) => typeof name === 'string') ? names : undefined;
}
