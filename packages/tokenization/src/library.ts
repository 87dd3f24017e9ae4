import * as library from '@huggingface/tokenizers';

/** A model of the library; `vocab` holds the token of each id. */
export interface LibraryModel {
  readonly vocab: readonly (string | undefined)[];
  readonly tokens_to_ids: ReadonlyMap<string, number>;
}

/** Cuts words into the longest tokens from the left. */
export interface LibraryWordPiece extends LibraryModel {
  encode(words: readonly string[]): string[];
}

/** Cuts a word by merging pairs; remembers at most 10,000 words of fewer than 256 units. */
export interface LibraryBytePair extends LibraryModel {
  bpe(word: string): string[];
}

/** Joins tokens to a text; a sequence has the parts it is made of. */
export interface LibraryDecoder {
  added_tokens: readonly LibraryAddedToken[];
  readonly decoders?: readonly LibraryDecoder[];
  decode(tokens: readonly string[]): string;
}

/** What decoders look at of an added token. */
export interface LibraryAddedToken {
  readonly content: string;
}

/** The classes of the library that this package uses. */
export interface Library {
  readonly BPE: new (settings: object) => LibraryBytePair;
  readonly WordPiece: new (settings: object) => LibraryWordPiece;
  readonly SequenceDecoder: new (settings: object) => LibraryDecoder;
  readonly SplitPreTokenizer: new (settings: object) => { readonly pattern: RegExp | null };
}

/**
 * `@huggingface/tokenizers`, described here because its own declarations import without file endings, which TypeScript
 * does not resolve for ES modules in Node.
 */
export const tokenizersLibrary: Library = library as unknown as Library;
