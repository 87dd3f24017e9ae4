import type { JsonFields } from '../json-fields.ts';
import { tokenizersLibrary } from '../library.ts';
import { readVocabulary } from './read-vocabulary.ts';
import type { TokenModel, WordTokens } from './token-model.ts';

/**
 * BERT's model: the longest token first, from the left; a word that cannot be covered is one unknown token.
 * @throws {PolyheadError} TOKENIZER_INVALID
 */
export function createWordPiece(fields: JsonFields): TokenModel {
  const unknown = fields.string('unk_token', '[UNK]');
  const prefix = fields.string('continuing_subword_prefix', '##');
  const model = new tokenizersLibrary.WordPiece({
    type: 'WordPiece',
    vocab: readVocabulary(fields),
    unk_token: unknown,
    continuing_subword_prefix: prefix,
    max_input_chars_per_word: fields.integer('max_input_chars_per_word', 100),
  });
  const { tokens_to_ids: ids, vocab: tokens } = model;
  const unknownId = ids.get(unknown) ?? fields.refuse('unk_token', `a token of the vocabulary, not "${unknown}"`);
  const tokenizeWord = (word: string): WordTokens => {
    const parts = model.encode([word]);
    if (parts.length === 1) return { ids: [ids.get(parts[0] ?? '') ?? unknownId], spans: [0, word.length] };
    const spans: number[] = [];
    let end = 0;
    for (const part of parts) {
      const start = end;
      end += part.length - (start > 0 ? prefix.length : 0);
      spans.push(start, end);
    }
    return { ids: parts.map((part) => ids.get(part) ?? unknownId), spans };
  };
  return { size: ids.size, toId: (token) => ids.get(token), toToken: (id) => tokens[id], tokenizeWord };
}
