import type { PieceTrie } from './piece-trie.ts';

/** What the search for the best segmentation needs to know of a Unigram model. */
export interface UnigramScores {
  readonly trie: PieceTrie;
  /** Log-probability of each piece. */
  readonly scores: Float64Array;
  /** Score of a character that no piece covers, and its id; id -1 if the model has none. */
  readonly unknownScore: number;
  readonly unknownId: number;
}

/** The best segmentation of a word: ids and `[start0, end0, ...]` in UTF-16 units. */
export interface UnigramPath {
  readonly ids: number[];
  readonly spans: number[];
}

const reusableLength = 1024;
const reusable = createTable(reusableLength);

/**
 * Viterbi search over all segmentations of a word; on a tie the earlier start wins, and neighbouring unknown
 * characters become one token (Kudo 2018; the order of comparison is that of the Rust tokenizers). Linear in the word.
 */
export function findBestPath(word: string, model: UnigramScores): UnigramPath {
  const { best, starts, ids } = word.length < reusableLength ? reusable : createTable(word.length + 1);
  starts.fill(-1, 0, word.length + 1);
  best[0] = 0;
  for (let at = 0; at < word.length;) {
    const width = (word.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
    const scoreHere = best[at]!;
    let hasCharacter = false;
    let node = 0;
    for (let end = at; end < word.length;) {
      node = model.trie.child(node, word.charCodeAt(end));
      if (node < 0) break;
      end += 1;
      const id = model.trie.idAt(node);
      if (id < 0) continue;
      const score = scoreHere + model.scores[id]!;
      if (starts[end]! < 0 || score > best[end]!) {
        best[end] = score;
        starts[end] = at;
        ids[end] = id;
      }
      if (end - at === width) hasCharacter = true;
    }
    const next = at + width;
    if (!hasCharacter) {
      const score = scoreHere + model.unknownScore;
      if (starts[next]! < 0 || score > best[next]!) {
        best[next] = score;
        starts[next] = at;
        ids[next] = model.unknownId;
      }
    }
    at = next;
  }
  return walkBack(word.length, starts, ids, model.unknownId);
}

function walkBack(length: number, starts: Int32Array, table: Int32Array, unknownId: number): UnigramPath {
  const ids: number[] = [];
  const spans: number[] = [];
  for (let end = length; end > 0; end = starts[end]!) {
    const id = table[end]!;
    if (id === unknownId && ids.length > 0 && ids[ids.length - 1] === unknownId) {
      spans[spans.length - 1] = starts[end]!;
      continue;
    }
    ids.push(id);
    spans.push(end, starts[end]!);
  }
  return { ids: ids.reverse(), spans: spans.reverse() };
}

function createTable(length: number): { best: Float64Array; starts: Int32Array; ids: Int32Array } {
  return { best: new Float64Array(length), starts: new Int32Array(length), ids: new Int32Array(length) };
}
