import type { TokenModel, WordTokens } from './token-model.ts';

const longestWord = 64;
const mostWords = 16_384;

/** Remembers the tokens of common words: at most 16,384 words of up to 64 units, so memory stays bounded. */
export function rememberWords(model: TokenModel): (word: string) => WordTokens {
  let recent = new Map<string, WordTokens>();
  let older = new Map<string, WordTokens>();
  return (word) => {
    const found = recent.get(word);
    if (found !== undefined) return found;
    if (word.length > longestWord) return model.tokenizeWord(word);
    const key = detach(word);
    const tokens = older.get(key) ?? model.tokenizeWord(key);
    recent.set(key, tokens);
    // Two generations: words still in use survive, the others are dropped all at once.
    if (recent.size >= mostWords / 2) {
      older = recent;
      recent = new Map();
    }
    return tokens;
  };
}

/** A copy, since a slice of a string keeps the whole string in memory. */
function detach(word: string): string {
  return Buffer.from(word, 'utf16le').toString('utf16le');
}
