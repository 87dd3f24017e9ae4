import { PolyheadError, type JsonValue } from '@polyhead/types';
import type { AddedToken } from './added-tokens.ts';
import { JsonFields } from './json-fields.ts';
import { tokenizersLibrary, type LibraryDecoder } from './library.ts';
import { tokenizerError } from './tokenizer-error.ts';

/** Joins tokens to a text. */
export type TokenJoiner = (tokens: string[]) => string;

/**
 * The `decoder` of tokenizer.json; for null the tokens are joined by spaces.
 * @throws {PolyheadError} TOKENIZER_INVALID
 */
export function createTokenJoiner(value: JsonValue | undefined, added: readonly AddedToken[]): TokenJoiner {
  if ((value ?? null) === null) return (tokens) => tokens.join(' ');
  const { object, where } = new JsonFields(value, 'tokenizer.json: decoder');
  try {
    // The library builds any decoder as part of a sequence of one.
    const sequence = new tokenizersLibrary.SequenceDecoder({ decoders: [object] });
    tellAddedTokens(sequence, added);
    return (tokens) => sequence.decode(tokens);
  } catch (cause) {
    throw tokenizerError(`${where} is not one that the tokenizer library knows.`, { where, cause });
  }
}

/** Byte-level decoders must not decode added tokens; the library tells only the outermost decoder of them. */
function tellAddedTokens(decoder: LibraryDecoder, added: readonly AddedToken[]): void {
  decoder.added_tokens = added;
  for (const part of decoder.decoders ?? []) tellAddedTokens(part, added);
}

/** The error for an id that no token has. */
export function unknownIdError(id: number, vocabularySize: number): PolyheadError {
  return new PolyheadError('INVALID_ARGUMENT', {
    message: `There is no token with the id ${String(id)}; the vocabulary has ${String(vocabularySize)}.`,
    remedy: 'Decode ids that this tokenizer made.',
    details: { id, vocabularySize },
  });
}
