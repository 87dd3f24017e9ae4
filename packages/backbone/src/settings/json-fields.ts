import { join } from 'node:path';
import { pathExists, readJson } from '@polyhead/files';
import { PolyheadError, type JsonObject, type JsonValue } from '@polyhead/types';

/** The JSON object in a file of a model folder, or undefined if there is no such file. */
export async function readSettingsFile(directory: string, name: string): Promise<JsonObject | undefined> {
  const path = join(directory, name);
  if (!(await pathExists(path))) return undefined;
  const value = await readJson(path);
  if (isJsonObject(value)) return value;
  throw new PolyheadError('DATA_MALFORMED', {
    message: `"${path}" does not hold a JSON object.`,
    remedy: 'Get the file again from where the model comes from.',
    details: { file: path },
  });
}

/** True for an object that is not an array. */
export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value if it is a positive whole number that a length can have, else undefined. */
export function toLength(value: JsonValue | undefined): number | undefined {
  // transformers writes 1e30 where there is no limit.
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value < 1e9 ? value : undefined;
}
