import { isJsonObject, type JsonFields } from '../json-fields.ts';

/**
 * The `vocab` field of a model as an object of ids.
 * @throws {PolyheadError} TOKENIZER_INVALID
 */
export function readVocabulary(fields: JsonFields): Record<string, number> {
  const vocabulary = fields.object['vocab'];
  if (!isJsonObject(vocabulary)) return fields.refuse('vocab', 'an object of tokens with their ids');
  const checked: Record<string, number> = Object.create(null) as Record<string, number>;
  for (const [token, id] of Object.entries(vocabulary)) {
    if (typeof id !== 'number' || !Number.isInteger(id) || id < 0) {
      return fields.refuse('vocab', `an object of ids, but "${token}" has ${JSON.stringify(id).slice(0, 60)}`);
    }
    checked[token] = id;
  }
  return checked;
}
