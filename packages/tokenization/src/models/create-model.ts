import type { JsonValue } from '@polyhead/types';
import { isJsonList, JsonFields } from '../json-fields.ts';
import { tokenizerError } from '../tokenizer-error.ts';
import { createBytePair } from './byte-pair.ts';
import type { TokenModel } from './token-model.ts';
import { createUnigram } from './unigram.ts';
import { createWordLevel } from './word-level.ts';
import { createWordPiece } from './word-piece.ts';

const factories: Readonly<Record<string, (fields: JsonFields) => TokenModel>> = {
  BPE: createBytePair,
  Unigram: createUnigram,
  WordLevel: createWordLevel,
  WordPiece: createWordPiece,
};

/**
 * The model of tokenizer.json. Files without a type (from old versions) are told by their fields.
 * @throws {PolyheadError} TOKENIZER_INVALID
 */
export function createModel(value: JsonValue | undefined): TokenModel {
  const fields = new JsonFields(value, 'tokenizer.json: model');
  const type = fields.optionalString('type') ?? guessType(fields);
  const factory = Object.hasOwn(factories, type) ? factories[type] : undefined;
  if (factory !== undefined) return factory(fields);
  throw tokenizerError(`tokenizer.json: model has the type "${type}", which is not supported.`, {
    where: fields.where,
    remedy: `Supported are ${Object.keys(factories).join(', ')}.`,
  });
}

function guessType(fields: JsonFields): string {
  if (isJsonList(fields.object['vocab'])) return 'Unigram';
  if (fields.object['merges'] !== undefined) return 'BPE';
  return fields.object['continuing_subword_prefix'] === undefined ? 'WordLevel' : 'WordPiece';
}
