import type { JsonValue } from '@polyhead/types';
import { JsonFields } from '../json-fields.ts';
import { readPattern } from '../patterns.ts';
import { tokenizerError } from '../tokenizer-error.ts';
import type { TrackedText } from '../tracked-text.ts';
import { punctuation, whiteSpace, wordCharacter } from '../unicode.ts';
import { createByteLevel } from './byte-level.ts';
import { createMetaspace, type PrependScheme } from './metaspace.ts';
import { keepMatches, splitByPattern, type SplitBehavior } from './split.ts';

/** Splits a normalized text into the words that the model tokenizes one by one. */
export type PreTokenizer = (source: TrackedText) => TrackedText[];

type Factory = (fields: JsonFields) => PreTokenizer;

const behaviors: readonly SplitBehavior[] = [
  'Removed',
  'Isolated',
  'MergedWithPrevious',
  'MergedWithNext',
  'Contiguous',
];
const schemes: readonly PrependScheme[] = ['always', 'first', 'never'];

const factories: Readonly<Record<string, Factory>> = {
  BertPreTokenizer: () => createMatcher(`[^${whiteSpace}${punctuation}]+|${punctuation}`),
  ByteLevel: (fields) =>
    createByteLevel({
      addPrefixSpace: fields.boolean('add_prefix_space', true),
      split: fields.boolean('use_regex', true),
    }),
  CharDelimiterSplit: (fields) => {
    const delimiter = fields.string('delimiter');
    return (source) =>
      splitByPattern(source, new RegExp(escapeClass(delimiter), 'gu'), { behavior: 'Removed', invert: false });
  },
  Digits: (fields) => {
    const behavior = fields.boolean('individual_digits', false) ? 'Isolated' : 'Contiguous';
    return (source) => splitByPattern(source, /\p{N}/gu, { behavior, invert: false });
  },
  Metaspace: (fields) =>
    createMetaspace({
      replacement: fields.string('replacement', '▁'),
      prependScheme: readScheme(fields),
      split: fields.boolean('split', true),
    }),
  Punctuation: (fields) => {
    const behavior = readBehavior(fields, 'Isolated');
    const pattern = new RegExp(punctuation, 'gv');
    return (source) => splitByPattern(source, pattern, { behavior, invert: false });
  },
  Sequence: (fields) => {
    const parts = fields.each('pretokenizers').map((part) => createOne(part));
    return (source) => parts.reduce<TrackedText[]>((pieces, part) => pieces.flatMap(part), [source]);
  },
  Split: (fields) => {
    const pattern = readPattern(fields);
    const settings = { behavior: readBehavior(fields), invert: fields.boolean('invert', false) };
    return (source) => splitByPattern(source, pattern, settings);
  },
  Whitespace: () => createMatcher(`${wordCharacter}+|[^${wordCharacter}${whiteSpace}]+`),
  WhitespaceSplit: () => createMatcher(`[^${whiteSpace}]+`),
};

/**
 * The pre-tokenizer of tokenizer.json; for null the text stays one word.
 * @throws {PolyheadError} TOKENIZER_INVALID
 */
export function createPreTokenizer(value: JsonValue | undefined): PreTokenizer {
  if ((value ?? null) === null) return (source) => (source.text === '' ? [] : [source]);
  return createOne(new JsonFields(value, 'tokenizer.json: pre_tokenizer'));
}

function createOne(fields: JsonFields): PreTokenizer {
  const type = fields.string('type');
  const factory = Object.hasOwn(factories, type) ? factories[type] : undefined;
  if (factory !== undefined) return factory(fields);
  throw tokenizerError(`${fields.where} has the type "${type}", which is not supported.`, {
    where: fields.where,
    remedy: `Supported are ${Object.keys(factories).join(', ')}.`,
  });
}

function createMatcher(source: string): PreTokenizer {
  const pattern = new RegExp(source, 'gv');
  return (text) => keepMatches(text, pattern);
}

function escapeClass(character: string): string {
  return `[\\u{${(character.codePointAt(0) ?? 0).toString(16)}}]`;
}

function readBehavior(fields: JsonFields, fallback?: SplitBehavior): SplitBehavior {
  const name = fields.string('behavior', fallback);
  return behaviors.find((behavior) => behavior === name) ?? fields.refuse('behavior', `one of ${behaviors.join(', ')}`);
}

/** Older files have `add_prefix_space` instead of a scheme. */
function readScheme(fields: JsonFields): PrependScheme {
  const name = fields.string('prepend_scheme', fields.boolean('add_prefix_space', true) ? 'always' : 'never');
  return schemes.find((scheme) => scheme === name) ?? fields.refuse('prepend_scheme', `one of ${schemes.join(', ')}`);
}
