import { isJsonList, type JsonFields } from '../json-fields.ts';
import { PieceTrie } from '../kernels/piece-trie.ts';
import { findBestPath, type UnigramScores } from '../kernels/unigram-path.ts';
import { byteIds } from './byte-fallback.ts';
import type { TokenModel, WordTokens } from './token-model.ts';

/** How much worse than the worst piece an unknown character is. */
const unknownPenalty = 10;

/**
 * sentencepiece's Unigram model: the most probable segmentation. Own code: with 250,000 pieces the tokenizer library's
 * takes several times the memory and time, and it fails on very long words.
 * @throws {PolyheadError} TOKENIZER_INVALID
 */
export function createUnigram(fields: JsonFields): TokenModel {
  const { pieces, scores } = readPieces(fields);
  const unknownId = (fields.object['unk_id'] ?? null) === null ? -1 : fields.integer('unk_id');
  if (unknownId >= pieces.length) return fields.refuse('unk_id', `below ${String(pieces.length)}`);
  const trie = new PieceTrie(pieces.length * 3);
  let lowest = 0;
  for (const [id, piece] of pieces.entries()) {
    trie.insert(piece, id);
    lowest = Math.min(lowest, scores[id] ?? 0);
  }
  const model: UnigramScores = { trie, scores, unknownScore: lowest - unknownPenalty, unknownId };
  const toId = (token: string): number | undefined => {
    const id = trie.find(token);
    return id < 0 ? undefined : id;
  };
  const byteFallback = fields.boolean('byte_fallback', false);
  const tokenizeWord = (word: string): WordTokens => {
    const path = findBestPath(word, model);
    return byteFallback ? spellUnknown(word, path, { unknownId, toId }) : path;
  };
  return { size: pieces.length, toId, toToken: (id) => pieces[id], tokenizeWord };
}

function readPieces(fields: JsonFields): { pieces: string[]; scores: Float64Array } {
  const list = fields.list('vocab');
  const pieces: string[] = [];
  const scores = new Float64Array(list.length);
  for (const [id, entry] of list.entries()) {
    const [piece, score] = isJsonList(entry) ? entry : [];
    if (typeof piece !== 'string' || typeof score !== 'number') {
      return fields.refuse('vocab', `a list of [piece, score], which entry ${String(id)} is not`);
    }
    pieces.push(piece);
    scores[id] = score;
  }
  return { pieces, scores };
}

/** Replaces unknown tokens by the tokens of their bytes where the vocabulary has them all. */
function spellUnknown(
  word: string,
  path: WordTokens,
  rules: { unknownId: number; toId: (token: string) => number | undefined },
): WordTokens {
  if (!path.ids.includes(rules.unknownId)) return path;
  const ids: number[] = [];
  const spans: number[] = [];
  for (const [index, id] of path.ids.entries()) {
    const start = path.spans[2 * index] ?? 0;
    const end = path.spans[2 * index + 1] ?? 0;
    const bytes = id === rules.unknownId ? byteIds(word.slice(start, end), rules.toId) : undefined;
    for (const one of bytes ?? [id]) {
      ids.push(one);
      spans.push(start, end);
    }
  }
  return { ids, spans };
}
