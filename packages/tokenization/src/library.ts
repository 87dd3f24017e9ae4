import * as library from '@huggingface/tokenizers';

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
  readonly SequenceDecoder: new (settings: object) => LibraryDecoder;
  readonly SplitPreTokenizer: new (settings: object) => { readonly pattern: RegExp | null };
}

/**
 * `@huggingface/tokenizers`, described here because its own declarations import without file endings, which TypeScript
 * does not resolve for ES modules in Node.
 */
export const tokenizersLibrary: Library = library as unknown as Library;
