import type { PieceTrie } from './piece-trie.ts';

/**
 * Covers a word from the left with the longest pieces; every piece but the first is looked up below `continuation`,
 * the trie's node of the prefix that such pieces have (-1 if none has it).
 * @returns ids and `[start0, end0, ...]` in UTF-16 units, or undefined if the word cannot be covered
 */
export function matchLongest(
  word: string,
  trie: PieceTrie,
  continuation: number,
): { ids: number[]; spans: number[] } | undefined {
  const ids: number[] = [];
  const spans: number[] = [];
  for (let start = 0; start < word.length;) {
    let node = start === 0 ? 0 : continuation;
    let found = -1;
    let foundEnd = start;
    for (let end = start; end < word.length && node >= 0;) {
      node = trie.child(node, word.charCodeAt(end));
      end += 1;
      const id = node < 0 ? -1 : trie.idAt(node);
      if (id >= 0) {
        found = id;
        foundEnd = end;
      }
    }
    if (found < 0) return undefined;
    ids.push(found);
    spans.push(start, foundEnd);
    start = foundEnd;
  }
  return { ids, spans };
}
