import type { JsonObject } from '@polyhead/types';
import { createSectionSplitter, type AddedToken } from './added-tokens.ts';
import type { TokenModel } from './models/token-model.ts';
import { rememberWords } from './models/word-cache.ts';
import { createNormalizer } from './normalizers/normalizer.ts';
import { createPreTokenizer } from './pre-tokenizers/pre-tokenizer.ts';
import { trackText, type TrackedText } from './tracked-text.ts';

/** The tokens of one text before special tokens are put around them. */
export interface Content {
  readonly ids: number[];
  /** Where each token lies in the text; undefined if nobody asked for offsets. */
  readonly places: Places | undefined;
}

/** Where tokens lie in their text. */
export interface Places {
  readonly text: string;
  /** `[start0, end0, ...]` in UTF-16 units. */
  readonly offsets: number[];
  /** For an added token at this position: what it matched, with white space that it took. */
  readonly addedTexts: Map<number, string>;
}

/** Turns one text into its tokens: added tokens, normalizer, pre-tokenizer, model. */
export type ContentTokenizer = (text: string, withOffsets: boolean) => Content;

/**
 * The pipeline of tokenizer.json.
 * @throws {PolyheadError} TOKENIZER_INVALID
 */
export function createContentTokenizer(
  json: JsonObject,
  model: TokenModel,
  added: readonly AddedToken[],
): ContentTokenizer {
  const normalize = createNormalizer(json['normalizer']);
  const preTokenize = createPreTokenizer(json['pre_tokenizer']);
  const splitRaw = createSectionSplitter(added.filter((token) => !token.normalized));
  const splitNormalized = createSectionSplitter(
    added.filter((token) => token.normalized),
    normalize,
  );
  const tokenizeWord = rememberWords(model);

  const addWords = (piece: TrackedText, content: Content): void => {
    for (const word of preTokenize(piece)) {
      const { ids, spans } = tokenizeWord(word.text);
      for (const id of ids) content.ids.push(id);
      if (content.places !== undefined) addOffsets(word, spans, content.places);
    }
  };

  return (text, withOffsets) => {
    const content: Content = {
      ids: [],
      places: withOffsets ? { text, offsets: [], addedTexts: new Map() } : undefined,
    };
    for (const raw of splitRaw(trackText(text, { start: 0, withOffsets }))) {
      const sections = raw.id === undefined ? splitNormalized(normalize(raw.piece)) : [raw];
      for (const { piece, id } of sections) {
        if (id === undefined) addWords(piece, content);
        else {
          content.places?.addedTexts.set(content.ids.length, piece.text);
          content.ids.push(id);
          if (content.places !== undefined) addOffsets(piece, [0, piece.text.length], content.places);
        }
      }
    }
    return content;
  };
}

function addOffsets(piece: TrackedText, spans: readonly number[], places: Places): void {
  for (let index = 0; index < spans.length; index += 2) {
    places.offsets.push(
      piece.alignment?.starts[spans[index] ?? 0] ?? 0,
      piece.alignment?.ends[(spans[index + 1] ?? 0) - 1] ?? 0,
    );
  }
}
