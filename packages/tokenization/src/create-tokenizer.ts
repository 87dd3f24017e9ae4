import {
  type Encoding,
  type EncodingOptions,
  type JsonObject,
  type Tokenizer,
  type TokenizerInput,
  type WindowOptions,
} from '@polyhead/types';
import { readAddedTokens } from './added-tokens.ts';
import { createContentTokenizer, type Content } from './content.ts';
import { createTokenJoiner, unknownIdError } from './decoding.ts';
import { buildEncoding } from './encoding.ts';
import { createModel } from './models/create-model.ts';
import { findPadId } from './pad-token.ts';
import { padEncodings } from './padding.ts';
import { countAdded, readTemplate } from './template.ts';
import { assertText } from './text-check.ts';
import { trimOffsets } from './trim-offsets.ts';
import { assertRoom, planTruncation } from './truncation.ts';
import { planWindows } from './windows.ts';

/**
 * A tokenizer from the contents of tokenizer.json and tokenizer_config.json (`{}` if there is none; only its pad token
 * is used). The truncation and padding settings of tokenizer.json are ignored: callers say what they want.
 * @throws {PolyheadError} TOKENIZER_INVALID
 */
export function createTokenizer(tokenizerJson: JsonObject, tokenizerConfig: JsonObject): Tokenizer {
  const model = createModel(tokenizerJson['model']);
  const added = readAddedTokens(tokenizerJson['added_tokens'], model.toId);
  const addedIds = new Map(added.map((token) => [token.content, token.id]));
  const addedTokens = new Map(added.map((token) => [token.id, token.content]));
  const toId = (token: string): number | undefined => addedIds.get(token) ?? model.toId(token);
  const toToken = (id: number): string | undefined => addedTokens.get(id) ?? model.toToken(id);
  const template = readTemplate(tokenizerJson['post_processor']);
  const counts = { single: countAdded(template.single), pair: countAdded(template.pair) };
  const tokenizeContent = createContentTokenizer(tokenizerJson, model, added);
  const join = createTokenJoiner(tokenizerJson['decoder'], added);
  const specialIds = new Set(added.filter((token) => token.special).map((token) => token.id));
  const vocabularySize = model.size + added.filter((token) => model.toId(token.content) === undefined).length;
  const padId = findPadId(tokenizerJson, tokenizerConfig, toId);

  const readContent = (text: string, withOffsets: boolean): Content => {
    const content = tokenizeContent(text, withOffsets);
    if (template.trimOffsets !== undefined) trimOffsets(content, toToken, template.trimOffsets);
    return content;
  };

  const encode = (input: TokenizerInput, options: EncodingOptions = {}): Encoding => {
    const contents = textsOf(input).map((text) => readContent(text, options.offsets ?? false));
    const addSpecialTokens = options.addSpecialTokens ?? true;
    const kind = contents.length === 1 ? 'single' : 'pair';
    const lengths = { first: contents[0]?.ids.length ?? 0, second: contents[1]?.ids.length ?? 0 };
    const addedCount = addSpecialTokens ? counts[kind] : 0;
    const kept = planTruncation(lengths, {
      strategy: options.truncation ?? 'longest-first',
      maximumLength: options.maximumLength,
      addedTokens: addedCount,
    });
    return buildEncoding({
      template: template[kind],
      ranges: contents.map((content, index) => ({ content, start: 0, end: index === 0 ? kept.first : kept.second })),
      addSpecialTokens,
      tokenCount: lengths.first + lengths.second + addedCount,
      truncated: kept.first + kept.second < lengths.first + lengths.second,
    });
  };

  const encodeWindows = (text: string, options: WindowOptions): Encoding[] => {
    assertText(text);
    const addSpecialTokens = options.addSpecialTokens ?? true;
    const addedCount = addSpecialTokens ? counts.single : 0;
    assertRoom(options.maximumLength, addedCount);
    const content = readContent(text, options.offsets ?? false);
    const plan = { size: options.maximumLength - addedCount, stride: options.stride ?? 0 };
    return planWindows(content.ids.length, plan).map((range) =>
      buildEncoding({
        template: template.single,
        ranges: [{ content, ...range }],
        addSpecialTokens,
        tokenCount: content.ids.length + addedCount,
        truncated: false,
      }),
    );
  };

  return {
    padId,
    vocabularySize,
    addedTokens: counts,
    encode,
    pad: (encodings, options) => padEncodings(encodings, padId, options),
    encodeBatch: (inputs, options) =>
      padEncodings(
        inputs.map((input) => encode(input, options)),
        padId,
        options,
      ),
    encodeWindows,
    decode: (ids, options) => {
      const tokens: string[] = [];
      for (const id of Array.from(ids)) {
        if (options?.skipSpecialTokens === true && specialIds.has(id)) continue;
        const token = toToken(id);
        if (token === undefined) throw unknownIdError(id, vocabularySize);
        tokens.push(token);
      }
      return join(tokens);
    },
  };
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
