import { extname } from 'node:path';
import { readJson, readText } from '@polyhead/files';
import { PolyheadError, type JsonValue, type ZeroShotLabel } from '@polyhead/types';

const textFields: ReadonlySet<string> = new Set(['label']);
const listFields: ReadonlySet<string> = new Set(['wordings', 'descriptions', 'templates']);

/**
 * Reads labels for zero-shot classification: a JSON list of names or of objects
 * `{"label", "wordings", "descriptions", "templates", "threshold"}`, or a text file with a label a line.
 * @throws {PolyheadError} FILE_NOT_FOUND, FILE_UNREADABLE, DATA_MALFORMED
 */
export async function readLabelFile(file: string): Promise<readonly (string | ZeroShotLabel)[]> {
  if (extname(file).toLowerCase() !== '.json') {
    const lines = (await readText(file)).split(/\r?\n/).map((line) => line.trim());
    return lines.filter((line) => line !== '');
  }
  const list = await readJson(file);
  if (!Array.isArray(list)) throw malformed(file, 'does not hold a list');
  return list.map((entry: JsonValue, index) => toLabel(entry, `${file}: entry ${index}`));
}

function toLabel(entry: JsonValue, where: string): string | ZeroShotLabel {
  if (typeof entry === 'string') return entry;
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) {
    throw malformed(where, 'is neither a name nor an object');
  }
  for (const [name, value] of Object.entries(entry)) {
    const isRight =
      (textFields.has(name) && typeof value === 'string') ||
      (listFields.has(name) && Array.isArray(value) && value.every((item: JsonValue) => typeof item === 'string')) ||
      (name === 'threshold' && typeof value === 'number');
    if (!isRight) throw malformed(where, `has the field "${name}" with ${JSON.stringify(value)}`);
  }
  if (!('label' in entry)) throw malformed(where, 'has no "label"');
  return entry as unknown as ZeroShotLabel;
}

function malformed(where: string, what: string): PolyheadError {
  return new PolyheadError('DATA_MALFORMED', {
    message: `${where} ${what}.`,
    remedy:
      'Write a JSON list of names or of {"label": "...", "wordings": [...], "descriptions": [...], "templates": [...], "threshold": 0.5}.',
    details: { where },
  });
}
