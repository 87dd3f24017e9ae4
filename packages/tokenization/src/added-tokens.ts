import type { JsonValue } from '@polyhead/types';
import { JsonFields } from './json-fields.ts';
import type { TokenModel } from './models/token-model.ts';
import type { Normalizer } from './normalizers/normalizer.ts';
import { escapePattern } from './patterns.ts';
import { sliceText, trackText, type TrackedText } from './tracked-text.ts';
import { wordCharacter } from './unicode.ts';

/** A token that is found in the text before the model sees it. */
export interface AddedToken {
  readonly id: number;
  readonly content: string;
  /** True if it is skipped when decoding without special tokens. */
  readonly special: boolean;
  /** True if it is looked for in the normalized text. */
  readonly normalized: boolean;
  /** True if it must not touch a word. */
  readonly singleWord: boolean;
  /** True if it takes the white space before it. */
  readonly leftStrip: boolean;
  /** True if it takes the white space after it. */
  readonly rightStrip: boolean;
}

/** A stretch of text between added tokens (id undefined), or an added token. */
export interface Section {
  readonly piece: TrackedText;
  readonly id: number | undefined;
}

/** Cuts a text into added tokens and what lies between. */
export type SectionSplitter = (source: TrackedText) => Section[];

const endsWithWord = new RegExp(`${wordCharacter}$`, 'v');
const beginsWithWord = new RegExp(`^${wordCharacter}`, 'v');
const space = /\p{White_Space}/u;

/**
 * The `added_tokens` of tokenizer.json.
 * @throws {PolyheadError} TOKENIZER_INVALID
 */
export function readAddedTokens(list: JsonValue | undefined, model: Pick<TokenModel, 'toId'>): AddedToken[] {
  const fields = new JsonFields({ added_tokens: list ?? null }, 'tokenizer.json');
  return fields.each('added_tokens', []).map((token) => {
    const special = token.boolean('special', false);
    const content = token.string('content');
    const id = token.integer('id');
    return {
      // As in the Rust tokenizers, the model's own id counts where the two differ.
      id: model.toId(content) ?? id,
      content,
      special,
      normalized: token.boolean('normalized', !special),
      singleWord: token.boolean('single_word', false),
      leftStrip: token.boolean('lstrip', false),
      rightStrip: token.boolean('rstrip', false),
    };
  });
}

/** Finds tokens in a text: the leftmost first, of those that begin there the longest. */
export function createSectionSplitter(tokens: readonly AddedToken[], normalizer?: Normalizer): SectionSplitter {
  const byContent = new Map<string, AddedToken>();
  for (const token of tokens) {
    const content =
      normalizer === undefined
        ? token.content
        : normalizer(trackText(token.content, { start: 0, withOffsets: false })).text;
    if (content !== '' && !byContent.has(content)) byContent.set(content, token);
  }
  if (byContent.size === 0) return (piece) => [{ piece, id: undefined }];
  const contents = [...byContent.keys()].sort((left, right) => right.length - left.length);
  const pattern = new RegExp(contents.map(escapePattern).join('|'), 'gu');
  return (source) => splitSections(source, pattern, byContent);
}

function splitSections(source: TrackedText, pattern: RegExp, tokens: ReadonlyMap<string, AddedToken>): Section[] {
  const { text } = source;
  const sections: Section[] = [];
  let done = 0;
  for (const match of text.matchAll(pattern)) {
    const token = tokens.get(match[0]);
    let start = match.index;
    let end = start + match[0].length;
    if (token === undefined || (token.singleWord && touchesWord(text, start, end))) continue;
    while (token.leftStrip && start > done && space.test(text.charAt(start - 1))) start -= 1;
    while (token.rightStrip && end < text.length && space.test(text.charAt(end))) end += 1;
    if (start > done) sections.push({ piece: sliceText(source, done, start), id: undefined });
    sections.push({ piece: sliceText(source, start, end), id: token.id });
    done = end;
  }
  if (done < text.length) sections.push({ piece: sliceText(source, done, text.length), id: undefined });
  return sections;
}

function touchesWord(text: string, start: number, end: number): boolean {
  return endsWithWord.test(text.slice(Math.max(0, start - 2), start)) || beginsWithWord.test(text.slice(end, end + 2));
}
