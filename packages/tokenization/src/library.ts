import * as library from '@huggingface/tokenizers';

/** Cuts words into the longest tokens from the left; `vocab` holds the token of each id. */
export interface LibraryWordPiece {
  readonly vocab: readonly (string | undefined)[];
  readonly tokens_to_ids: ReadonlyMap<string, number>;
  encode(words: readonly string[]): string[];
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
  readonly WordPiece: new (settings: object) => LibraryWordPiece;
  readonly SequenceDecoder: new (settings: object) => LibraryDecoder;
  readonly SplitPreTokenizer: new (settings: object) => { readonly pattern: RegExp | null };
}

/**
 * `@huggingface/tokenizers`, described here because its own declarations import without file endings, which TypeScript
 * does not resolve for ES modules in Node.
 */
export const tokenizersLibrary: Library = library as unknown as Library;
