import type {
  Encoding,
  EncodingOptions,
  JoinPairOptions,
  JsonObject,
  Tokenizer,
  TokenizerInput,
  WindowOptions,
} from '@polyhead/types';
import { readAddedTokens } from './added-tokens.ts';
import { createContentTokenizer, type ContentTokenizer } from './content.ts';
import { createTokenJoiner, unknownIdError, type TokenJoiner } from './decoding.ts';
import { buildEncoding, type ContentRange } from './encoding.ts';
import { createModel } from './models/create-model.ts';
import { findPadId } from './pad-token.ts';
import { padEncodings } from './padding.ts';
import { countAdded, readTemplate, type Template } from './template.ts';
import { assertText } from './text-check.ts';
import { trimOffsets } from './trim-offsets.ts';
import { assertRoom, planTruncation } from './truncation.ts';
import { createVocabulary, type Vocabulary } from './vocabulary.ts';
import { planWindows } from './windows.ts';

/** The parts that encoding and decoding work with. */
interface Parts {
  readonly vocabulary: Vocabulary;
  readonly template: Template;
  readonly counts: { readonly single: number; readonly pair: number };
  readonly tokenizeContent: ContentTokenizer;
  readonly join: TokenJoiner;
}

/**
 * A tokenizer from the contents of tokenizer.json and tokenizer_config.json (`{}` if there is none; only its pad token
 * is used). The truncation and padding settings of tokenizer.json are ignored: callers say what they want.
 * @throws {PolyheadError} TOKENIZER_INVALID
 */
export function createTokenizer(tokenizerJson: JsonObject, tokenizerConfig: JsonObject): Tokenizer {
  const parts = readParts(tokenizerJson);
  const { vocabulary, counts } = parts;
  const padId = findPadId(tokenizerJson, tokenizerConfig, vocabulary.toId);
  const encode = (input: TokenizerInput, options: EncodingOptions = {}): Encoding => encodeInput(parts, input, options);
  return {
    padId,
    vocabularySize: vocabulary.size,
    addedTokens: counts,
    encode,
    joinPair: (first, second, options = {}) =>
      buildInput(parts, [toContent(first), toContent(second)], { ...options, addSpecialTokens: true }),
    pad: (encodings, options) => padEncodings(encodings, padId, options),
    encodeBatch: (inputs, options) =>
      padEncodings(
        inputs.map((input) => encode(input, options)),
        padId,
        options,
      ),
    encodeWindows: (text, options) => encodeTextWindows(parts, text, options),
    decode: (ids, options) => decodeIds(parts, ids, options?.skipSpecialTokens ?? false),
  };
}

function readParts(json: JsonObject): Parts {
  const model = createModel(json['model']);
  const added = readAddedTokens(json['added_tokens'], model);
  const vocabulary = createVocabulary(model, added);
  const template = readTemplate(json['post_processor']);
  const tokenize = createContentTokenizer(json, model, added);
  return {
    vocabulary,
    template,
    counts: { single: countAdded(template.single), pair: countAdded(template.pair) },
    tokenizeContent: (text, withOffsets) => {
      const content = tokenize(text, withOffsets);
      if (template.trimOffsets !== undefined) trimOffsets(content, vocabulary.toToken, template.trimOffsets);
      return content;
    },
    join: createTokenJoiner(json['decoder'], added),
  };
}

function encodeInput(parts: Parts, input: unknown, options: EncodingOptions): Encoding {
  const contents = textsOf(input).map((text) => parts.tokenizeContent(text, options.offsets ?? false));
  return buildInput(parts, contents, options);
}

type TokenizedText = ContentRange['content'];

function toContent({ ids }: Pick<Encoding, 'ids'>): TokenizedText {
  return { ids, places: undefined };
}

function buildInput(
  parts: Parts,
  contents: readonly TokenizedText[],
  options: JoinPairOptions & Pick<EncodingOptions, 'addSpecialTokens'>,
): Encoding {
  const addSpecialTokens = options.addSpecialTokens ?? true;
  const kind = contents.length === 1 ? 'single' : 'pair';
  const addedTokens = addSpecialTokens ? parts.counts[kind] : 0;
  const lengths = { first: contents[0]?.ids.length ?? 0, second: contents[1]?.ids.length ?? 0 };
  const strategy = options.truncation ?? 'longest-first';
  const kept = planTruncation(lengths, { strategy, maximumLength: options.maximumLength, addedTokens });
  return buildEncoding({
    template: parts.template[kind],
    ranges: contents.map((content, index) => ({ content, start: 0, end: index === 0 ? kept.first : kept.second })),
    addSpecialTokens,
    tokenCount: lengths.first + lengths.second + addedTokens,
    truncated: kept.first + kept.second < lengths.first + lengths.second,
  });
}

function encodeTextWindows(parts: Parts, text: unknown, options: WindowOptions): Encoding[] {
  assertText(text);
  const addSpecialTokens = options.addSpecialTokens ?? true;
  const addedTokens = addSpecialTokens ? parts.counts.single : 0;
  assertRoom(options.maximumLength, addedTokens);
  const content = parts.tokenizeContent(text, options.offsets ?? false);
  const plan = { size: options.maximumLength - addedTokens, stride: options.stride ?? 0 };
  return planWindows(content.ids.length, plan).map((range) =>
    buildEncoding({
      template: parts.template.single,
      ranges: [{ content, ...range }],
      addSpecialTokens,
      tokenCount: content.ids.length + addedTokens,
      truncated: false,
    }),
  );
}

function decodeIds({ vocabulary, join }: Parts, ids: ArrayLike<number>, skipSpecialTokens: boolean): string {
  const tokens: string[] = [];
  for (const id of Array.from(ids)) {
    if (skipSpecialTokens && vocabulary.specialIds.has(id)) continue;
    const token = vocabulary.toToken(id);
    if (token === undefined) throw unknownIdError(id, vocabulary.size);
    tokens.push(token);
  }
  return join(tokens);
}

function textsOf(input: unknown): string[] {
  if (typeof input === 'object' && input !== null && 'first' in input && 'second' in input) {
    assertText(input.first, 'The first text of the pair');
    assertText(input.second, 'The second text of the pair');
    return [input.first, input.second];
  }
  assertText(input);
  return [input];
}
