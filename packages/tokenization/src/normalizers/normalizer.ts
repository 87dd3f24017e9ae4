import type { JsonValue } from '@polyhead/types';
import { rememberCharacters } from '../character-memo.ts';
import { JsonFields } from '../json-fields.ts';
import { readPattern } from '../patterns.ts';
import { toByteCharacters } from '../pre-tokenizers/byte-level.ts';
import { tokenizerError } from '../tokenizer-error.ts';
import { mapCharacters, prependText, replaceMatches, type TrackedText } from '../tracked-text.ts';
import { createBertNormalizer } from './bert-normalizer.ts';
import { createLowercase, createStrip, normalizeNmt, stripAccents } from './character-normalizers.ts';
import { createPrecompiledNormalizer } from './precompiled.ts';
import { createUnicodeNormalizer } from './unicode-form.ts';

/** Rewrites a text before it is split into words. */
export type Normalizer = (source: TrackedText) => TrackedText;

type Factory = (fields: JsonFields) => Normalizer;

const factories: Readonly<Record<string, Factory>> = {
  BertNormalizer: (fields) =>
    createBertNormalizer({
      cleanText: fields.boolean('clean_text', true),
      handleChineseCharacters: fields.boolean('handle_chinese_chars', true),
      stripAccents:
        (fields.object['strip_accents'] ?? null) === null ? undefined : fields.boolean('strip_accents', false),
      lowercase: fields.boolean('lowercase', true),
    }),
  ByteLevel: () => {
    const toBytes = rememberCharacters(toByteCharacters);
    return (source) => mapCharacters(source, toBytes);
  },
  Lowercase: () => createLowercase(),
  NFC: () => createUnicodeNormalizer('NFC'),
  NFD: () => createUnicodeNormalizer('NFD'),
  NFKC: () => createUnicodeNormalizer('NFKC'),
  NFKD: () => createUnicodeNormalizer('NFKD'),
  Nmt: () => normalizeNmt,
  Precompiled: (fields) => {
    const map = fields.optionalString('precompiled_charsmap') ?? '';
    return map === '' ? (source) => source : createPrecompiledNormalizer(map, `${fields.where}.precompiled_charsmap`);
  },
  Prepend: (fields) => {
    const prefix = fields.string('prepend');
    return (source) => prependText(source, prefix);
  },
  Replace: (fields) => {
    const pattern = readPattern(fields);
    const content = fields.string('content');
    return (source) => replaceMatches(source, pattern, content);
  },
  Sequence: (fields) => {
    const parts = fields.each('normalizers').map((part) => createOne(part));
    return (source) => parts.reduce((text, part) => part(text), source);
  },
  Strip: (fields) =>
    createStrip({ left: fields.boolean('strip_left', true), right: fields.boolean('strip_right', true) }),
  StripAccents: () => stripAccents,
};

/**
 * The normalizer of tokenizer.json; none for null.
 * @throws {PolyheadError} TOKENIZER_INVALID
 */
export function createNormalizer(value: JsonValue | undefined): Normalizer {
  if ((value ?? null) === null) return (source) => source;
  return createOne(new JsonFields(value, 'tokenizer.json: normalizer'));
}

function createOne(fields: JsonFields): Normalizer {
  const type = fields.string('type');
  const factory = Object.hasOwn(factories, type) ? factories[type] : undefined;
  if (factory !== undefined) return factory(fields);
  throw tokenizerError(`${fields.where} has the type "${type}", which is not supported.`, {
    where: fields.where,
    remedy: `Supported are ${Object.keys(factories).join(', ')}.`,
  });
}
