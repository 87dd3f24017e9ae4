import { join } from 'node:path';
import { PolyheadError } from '@polyhead/types';
import { isJsonObject, readSettingsFile } from '../settings/json-fields.ts';

/**
 * The names of a classifier's outputs from `id2label` of config.json, in the order of the outputs; undefined if it has none.
 * @throws {PolyheadError} INVALID_CONFIGURATION, DATA_MALFORMED
 */
export async function readLabelNames(directory: string): Promise<readonly string[] | undefined> {
  const { id2label } = (await readSettingsFile(directory, 'config.json')) ?? {};
  if (!isJsonObject(id2label) || Object.keys(id2label).length === 0) return undefined;
  const names = Object.keys(id2label).map((_, index) => id2label[String(index)]);
  if (names.every((name) => typeof name === 'string')) return names;
  const file = join(directory, 'config.json');
  throw new PolyheadError('INVALID_CONFIGURATION', {
    message: `Field "id2label" of "${file}" is ${JSON.stringify(id2label)}; expected a name for each of the outputs 0, 1, ...`,
    remedy: 'Restore config.json from the original model.',
    details: { file, field: 'id2label' },
  });
}

/** The names that transformers gives outputs without names. */
export function defaultLabelNames(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `LABEL_${index}`);
}
