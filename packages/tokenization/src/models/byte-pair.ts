import type { JsonValue } from '@polyhead/types';
import { isJsonList, type JsonFields } from '../json-fields.ts';
import { MergeTable, mergePairs } from '../kernels/byte-pair-merge.ts';
import { byteIds } from './byte-fallback.ts';
import { readVocabulary } from './read-vocabulary.ts';
import type { TokenModel, WordTokens } from './token-model.ts';

interface BytePairSettings {
  readonly ids: ReadonlyMap<string, number>;
  readonly unknownId: number | undefined;
  readonly fuseUnknown: boolean;
  readonly byteFallback: boolean;
  /** Put before every character but the first, and after the last, when they are looked up. */
  readonly prefix: string;
  readonly suffix: string;
}

/**
 * Byte-pair encoding: the pair of neighbours that was learned first is merged first. `dropout` is ignored. Own code,
 * since the tokenizer library's takes over ten seconds for a word of a million characters and knows no prefix.
 * @throws {PolyheadError} TOKENIZER_INVALID
 */
export function createBytePair(fields: JsonFields): TokenModel {
  const ids = readVocabulary(fields);
  const unknown = fields.optionalString('unk_token');
  const settings: BytePairSettings = {
    ids,
    unknownId: unknown === undefined ? undefined : ids.get(unknown),
    fuseUnknown: fields.boolean('fuse_unk', false),
    byteFallback: fields.boolean('byte_fallback', false),
    prefix: fields.optionalString('continuing_subword_prefix') ?? '',
    suffix: fields.optionalString('end_of_word_suffix') ?? '',
  };
  const table = readMerges(fields, settings);
  const tokens: string[] = [];
  for (const [token, id] of ids) tokens[id] = token;
  const ignoreMerges = fields.boolean('ignore_merges', false);
  const tokenizeWord = (word: string): WordTokens => {
    const whole = ignoreMerges ? ids.get(word) : undefined;
    if (whole !== undefined) return { ids: [whole], spans: [0, word.length] };
    const characters = toSymbols(word, settings);
    const symbols = Int32Array.from(characters.ids);
    const spans = Int32Array.from(characters.spans);
    const count = mergePairs(symbols, spans, table);
    return { ids: Array.from(symbols.subarray(0, count)), spans: Array.from(spans.subarray(0, 2 * count)) };
  };
  return { size: ids.size, toId: (token) => ids.get(token), toToken: (id) => tokens[id], tokenizeWord };
}

function readMerges(fields: JsonFields, { ids, prefix }: BytePairSettings): MergeTable {
  const merges = fields.list('merges');
  const table = new MergeTable(merges.length);
  for (const [rank, merge] of merges.entries()) {
    const [left, right] =
      readPair(merge) ?? fields.refuse('merges', `a list of pairs, which entry ${String(rank)} is not`);
    const [leftId, rightId, merged] = [ids.get(left), ids.get(right), ids.get(left + right.slice(prefix.length))];
    if (leftId === undefined || rightId === undefined || merged === undefined) {
      return fields.refuse('merges', `a list of pairs of the vocabulary, which "${left} ${right}" is not`);
    }
    table.add(leftId, rightId, rank, merged);
  }
  return table;
}

/** Older files have `"a b"`, newer ones `["a", "b"]`. */
function readPair(merge: JsonValue): [string, string] | undefined {
  const parts = typeof merge === 'string' ? merge.split(' ') : isJsonList(merge) ? merge : [];
  const [left, right] = parts;
  return parts.length === 2 && typeof left === 'string' && typeof right === 'string' ? [left, right] : undefined;
}

/** The tokens of single characters, before anything is merged. */
function toSymbols(word: string, settings: BytePairSettings): { ids: number[]; spans: number[] } {
  const ids: number[] = [];
  const spans: number[] = [];
  let unknownIsLast = false;
  let end = 0;
  for (const character of word) {
    const start = end;
    end += character.length;
    const found = idsOfCharacter(character, { isFirst: start === 0, isLast: end === word.length }, settings);
    if (found === undefined && unknownIsLast && settings.fuseUnknown) {
      spans[spans.length - 1] = end;
      continue;
    }
    unknownIsLast = found === undefined && settings.unknownId !== undefined;
    for (const id of found ?? (settings.unknownId === undefined ? [] : [settings.unknownId])) {
      ids.push(id);
      spans.push(start, end);
    }
  }
  return { ids, spans };
}

function idsOfCharacter(
  character: string,
  place: { isFirst: boolean; isLast: boolean },
  { ids, prefix, suffix, byteFallback }: BytePairSettings,
): number[] | undefined {
  const token = (place.isFirst ? '' : prefix) + character + (place.isLast ? suffix : '');
  const id = ids.get(token);
  if (id !== undefined) return [id];
  return byteFallback ? byteIds(token, (byte) => ids.get(byte)) : undefined;
}
