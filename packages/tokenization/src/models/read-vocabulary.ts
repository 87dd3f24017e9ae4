import { isJsonObject, type JsonFields } from '../json-fields.ts';

/**
 * The ids of the tokens in the `vocab` field of a model.
 * @throws {PolyheadError} TOKENIZER_INVALID
 */
export function readVocabulary(fields: JsonFields): Map<string, number> {
  const vocabulary = fields.object['vocab'];
  if (!isJsonObject(vocabulary)) return fields.refuse('vocab', 'an object of tokens with their ids');
  const ids = new Map<string, number>();
  for (const [token, id] of Object.entries(vocabulary)) {
    if (typeof id !== 'number' || !Number.isInteger(id) || id < 0) {
      return fields.refuse('vocab', `an object of ids, but "${token}" has ${JSON.stringify(id).slice(0, 60)}`);
    }
    ids.set(token, id);
  }
  return ids;
}
