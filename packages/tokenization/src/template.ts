import type { JsonValue } from '@polyhead/types';
import { isJsonList, JsonFields } from './json-fields.ts';
import { tokenizerError } from './tokenizer-error.ts';

/** One place in a template: tokens that are added, or the tokens of the first (0) or second (1) text. */
export type TemplatePart =
  | { readonly kind: 'added'; readonly ids: readonly number[]; readonly typeId: number }
  | { readonly kind: 'content'; readonly sequence: 0 | 1; readonly typeId: number };

/** What is put around a text and around a pair. */
export interface Template {
  readonly single: readonly TemplatePart[];
  readonly pair: readonly TemplatePart[];
  /** Set where offsets leave out the spaces that tokens carry. */
  readonly trimOffsets: { readonly addPrefixSpace: boolean } | undefined;
}

const plain: Template = {
  single: [contentPart(0, 0)],
  pair: [contentPart(0, 0), contentPart(1, 1)],
  trimOffsets: undefined,
};

type Factory = (fields: JsonFields) => Template;

const factories: Readonly<Record<string, Factory>> = {
  BertProcessing: (fields) => bertTemplate(fields, { middle: 1, secondType: 1 }),
  ByteLevel: (fields) => ({ ...plain, trimOffsets: readTrim(fields) }),
  RobertaProcessing: (fields) => ({
    ...bertTemplate(fields, { middle: 2, secondType: 0 }),
    trimOffsets: readTrim(fields),
  }),
  Sequence: (fields) => fields.each('processors').map(readOne).reduce(chain, plain),
  TemplateProcessing: readTemplateProcessing,
};

/**
 * The `post_processor` of tokenizer.json.
 * @throws {PolyheadError} TOKENIZER_INVALID
 */
export function readTemplate(value: JsonValue | undefined): Template {
  return (value ?? null) === null ? plain : readOne(new JsonFields(value, 'tokenizer.json: post_processor'));
}

/** Number of tokens that a template adds. */
export function countAdded(parts: readonly TemplatePart[]): number {
  return parts.reduce((sum, part) => sum + (part.kind === 'added' ? part.ids.length : 0), 0);
}

function readOne(fields: JsonFields): Template {
  const type = fields.string('type');
  const factory = Object.hasOwn(factories, type) ? factories[type] : undefined;
  if (factory !== undefined) return factory(fields);
  throw tokenizerError(`${fields.where} has the type "${type}", which is not supported.`, {
    where: fields.where,
    remedy: `Supported are ${Object.keys(factories).join(', ')}.`,
  });
}

/** Two processors one after the other; only one of them may add tokens. */
function chain(first: Template, second: Template): Template {
  const adds = countAdded(second.pair) + countAdded(second.single) > 0;
  if (adds && countAdded(first.pair) + countAdded(first.single) > 0) {
    throw tokenizerError('tokenizer.json: post_processor has two parts that add tokens, which is not supported.');
  }
  const template = adds ? second : first;
  return { ...template, trimOffsets: first.trimOffsets ?? second.trimOffsets };
}

function contentPart(sequence: 0 | 1, typeId: number): TemplatePart {
  return { kind: 'content', sequence, typeId };
}

function readTrim(fields: JsonFields): Template['trimOffsets'] {
  return fields.boolean('trim_offsets', true)
    ? { addPrefixSpace: fields.boolean('add_prefix_space', true) }
    : undefined;
}

/** `CLS A SEP` and `CLS A SEP (SEP) B SEP`. */
function bertTemplate(fields: JsonFields, kind: { middle: 1 | 2; secondType: 0 | 1 }): Template {
  const added = (key: 'cls' | 'sep', typeId: number): TemplatePart => {
    const id = fields.list(key)[1];
    if (typeof id !== 'number') return fields.refuse(key, 'a list of a token and its id');
    return { kind: 'added', ids: [id], typeId };
  };
  const single = [added('cls', 0), contentPart(0, 0), added('sep', 0)];
  const doubled = kind.middle === 2 ? [added('sep', 0)] : [];
  const pair = [...single, ...doubled, contentPart(1, kind.secondType), added('sep', kind.secondType)];
  return { single, pair, trimOffsets: undefined };
}

function readTemplateProcessing(fields: JsonFields): Template {
  const tokens = fields.fields('special_tokens');
  const read = (key: 'single' | 'pair'): TemplatePart[] => fields.each(key).map((item) => readPart(item, tokens));
  return { single: read('single'), pair: read('pair'), trimOffsets: undefined };
}

function readPart(item: JsonFields, tokens: JsonFields): TemplatePart {
  if (item.object['Sequence'] !== undefined) {
    const sequence = item.fields('Sequence');
    const name = sequence.string('id');
    if (name !== 'A' && name !== 'B') return sequence.refuse('id', 'A or B');
    return contentPart(name === 'A' ? 0 : 1, sequence.integer('type_id', 0));
  }
  const token = item.fields('SpecialToken');
  const name = token.string('id');
  const ids = tokens.fields(name).list('ids');
  if (!isNumbers(ids)) return tokens.fields(name).refuse('ids', 'a list of ids');
  return { kind: 'added', ids, typeId: token.integer('type_id', 0) };
}

function isNumbers(values: JsonValue): values is readonly number[] {
  return isJsonList(values) && values.every((value) => typeof value === 'number');
}
