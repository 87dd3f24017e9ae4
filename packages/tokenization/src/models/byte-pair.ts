import type { JsonValue } from '@polyhead/types';
import { isJsonList, type JsonFields } from '../json-fields.ts';
import { tokenizersLibrary } from '../library.ts';
import { readVocabulary } from './read-vocabulary.ts';
import type { TokenModel, WordTokens } from './token-model.ts';

/** What turns the parts of a word into ids. */
interface PartRules {
  readonly ids: ReadonlyMap<string, number>;
  readonly unknownId: number | undefined;
  readonly fuseUnknown: boolean;
  readonly byteFallback: boolean;
  readonly suffix: string;
}

/**
 * Byte-pair encoding: the pair of neighbours that was learned first is merged first. `dropout` is ignored.
 * @throws {PolyheadError} TOKENIZER_INVALID
 */
export function createBytePair(fields: JsonFields): TokenModel {
  if ((fields.optionalString('continuing_subword_prefix') ?? '') !== '') {
    return fields.refuse('continuing_subword_prefix', 'null (a prefix is not supported for BPE)');
  }
  const unknown = fields.optionalString('unk_token');
  const suffix = fields.optionalString('end_of_word_suffix') ?? '';
  const byteFallback = fields.boolean('byte_fallback', false);
  const model = new tokenizersLibrary.BPE({
    type: 'BPE',
    vocab: readVocabulary(fields),
    merges: fields.list('merges').map((merge, index) => readMerge(merge, fields, index)),
    unk_token: unknown ?? '',
    end_of_word_suffix: suffix,
    byte_fallback: byteFallback,
    ignore_merges: false,
  });
  const { tokens_to_ids: ids, vocab: tokens } = model;
  const rules: PartRules = {
    ids,
    unknownId: unknown === undefined ? undefined : ids.get(unknown),
    fuseUnknown: fields.boolean('fuse_unk', false),
    byteFallback,
    suffix,
  };
  const ignoreMerges = fields.boolean('ignore_merges', false);
  const tokenizeWord = (word: string): WordTokens => {
    const whole = ignoreMerges ? ids.get(word) : undefined;
    if (whole !== undefined) return { ids: [whole], spans: [0, word.length] };
    return toWordTokens(model.bpe(word), rules);
  };
  return { size: ids.size, toId: (token) => ids.get(token), toToken: (id) => tokens[id], tokenizeWord };
}

function readMerge(merge: JsonValue, fields: JsonFields, index: number): [string, string] {
  const parts = typeof merge === 'string' ? merge.split(' ') : isJsonList(merge) ? merge : [];
  const [left, right] = parts;
  if (parts.length === 2 && typeof left === 'string' && typeof right === 'string') return [left, right];
  return fields.refuse('merges', `a list of pairs, which entry ${String(index)} is not`);
}

function toWordTokens(parts: readonly string[], rules: PartRules): WordTokens {
  const ids: number[] = [];
  const spans: number[] = [];
  let end = 0;
  for (const [index, part] of parts.entries()) {
    const start = end;
    end += part.length - (index === parts.length - 1 ? rules.suffix.length : 0);
    const found = idsOfPart(part, rules);
    const fuses = found === undefined && rules.fuseUnknown && ids.at(-1) === rules.unknownId;
    if (fuses && ids.length > 0) spans[spans.length - 1] = end;
    else {
      for (const id of found ?? (rules.unknownId === undefined ? [] : [rules.unknownId])) {
        ids.push(id);
        spans.push(start, end);
      }
    }
  }
  return { ids, spans };
}

/** The id of a part or the ids of its bytes; undefined if it is unknown. */
function idsOfPart(part: string, rules: PartRules): number[] | undefined {
  const id = rules.ids.get(part);
  if (id !== undefined) return [id];
  return rules.byteFallback ? byteIds(part, (token) => rules.ids.get(token)) : undefined;
}

/** The ids of `<0xE2>` tokens, one a UTF-8 byte; undefined if the vocabulary lacks one. */
export function byteIds(text: string, toId: (token: string) => number | undefined): number[] | undefined {
  const ids: number[] = [];
  for (const byte of Buffer.from(text, 'utf8')) {
    const id = toId(`<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`);
    if (id === undefined) return undefined;
    ids.push(id);
  }
  return ids;
}
