import type { JsonFields } from '../json-fields.ts';
import { readVocabulary } from './read-vocabulary.ts';
import type { TokenModel } from './token-model.ts';

/**
 * A vocabulary of whole words.
 * @throws {PolyheadError} TOKENIZER_INVALID
 */
export function createWordLevel(fields: JsonFields): TokenModel {
  const ids = readVocabulary(fields);
  const tokens: string[] = [];
  for (const [token, id] of ids) tokens[id] = token;
  const unknown = ids.get(fields.string('unk_token', '<unk>'));
  return {
    size: ids.size,
    toId: (token) => ids.get(token),
    toToken: (id) => tokens[id],
    tokenizeWord: (word) => {
      const id = ids.get(word) ?? unknown;
      return id === undefined ? { ids: [], spans: [] } : { ids: [id], spans: [0, word.length] };
    },
  };
}
