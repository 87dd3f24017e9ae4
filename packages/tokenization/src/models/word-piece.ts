import type { JsonFields } from '../json-fields.ts';
import { matchLongest } from '../kernels/longest-match.ts';
import { PieceTrie } from '../kernels/piece-trie.ts';
import { readVocabulary } from './read-vocabulary.ts';
import type { TokenModel, WordTokens } from './token-model.ts';

/**
 * BERT's model: the longest token first, from the left; a word that cannot be covered, or is too long, is one unknown
 * token.
 * @throws {PolyheadError} TOKENIZER_INVALID
 */
export function createWordPiece(fields: JsonFields): TokenModel {
  const ids = readVocabulary(fields);
  const unknown = fields.string('unk_token', '[UNK]');
  const unknownId = ids.get(unknown) ?? fields.refuse('unk_token', `a token of the vocabulary, not "${unknown}"`);
  const longestWord = fields.integer('max_input_chars_per_word', 100);
  const trie = new PieceTrie(ids.size * 2);
  const tokens: string[] = [];
  for (const [token, id] of ids) {
    trie.insert(token, id);
    tokens[id] = token;
  }
  const continuation = trie.walk(fields.string('continuing_subword_prefix', '##'));
  const tokenizeWord = (word: string): WordTokens => {
    const fits = word.length <= longestWord || Array.from(word).length <= longestWord;
    const found = fits ? matchLongest(word, trie, continuation) : undefined;
    return found ?? { ids: [unknownId], spans: [0, word.length] };
  };
  return { size: ids.size, toId: (token) => ids.get(token), toToken: (id) => tokens[id], tokenizeWord };
}
