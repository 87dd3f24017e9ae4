import { join } from 'node:path';
import { listFiles, pathExists, readJson } from '@polyhead/files';
import { PolyheadError, hasErrorCode, type JsonObject, type Tokenizer } from '@polyhead/types';
import { createTokenizer } from './create-tokenizer.ts';
import { isJsonObject } from './json-fields.ts';

/** Vocabularies without the rules around them: what older model folders have instead of tokenizer.json. */
const olderFiles = [
  'vocab.txt',
  'vocab.json',
  'merges.txt',
  'sentencepiece.bpe.model',
  'spiece.model',
  'spm.model',
  'tokenizer.model',
];

/**
 * Loads the tokenizer of a model folder: `tokenizer.json`, and the pad token of `tokenizer_config.json` or
 * `special_tokens_map.json` where there is one.
 * @throws {PolyheadError} FILE_NOT_FOUND if the folder does not exist, TOKENIZER_INVALID
 */
export async function loadTokenizer(directory: string): Promise<Tokenizer> {
  const path = join(directory, 'tokenizer.json');
  if (!(await pathExists(path))) throw await missingError(directory);
  const json = await readObject(path);
  const special = await readOptional(join(directory, 'special_tokens_map.json'));
  const config = await readOptional(join(directory, 'tokenizer_config.json'));
  try {
    return createTokenizer(json, { ...special, ...config });
  } catch (error) {
    if (!PolyheadError.isInstance(error) || error.code !== 'TOKENIZER_INVALID') throw error;
    throw new PolyheadError('TOKENIZER_INVALID', {
      message: `The tokenizer in "${directory}" cannot be used: ${error.message}`,
      details: { ...error.details, file: path },
      cause: error,
    });
  }
}

async function readOptional(path: string): Promise<JsonObject> {
  return (await pathExists(path)) ? readObject(path) : {};
}

async function readObject(path: string): Promise<JsonObject> {
  try {
    const value = await readJson(path);
    if (isJsonObject(value)) return value;
  } catch (error) {
    if (!hasErrorCode(error, 'DATA_MALFORMED') && !hasErrorCode(error, 'DATA_ENCODING')) throw error;
    throw new PolyheadError('TOKENIZER_INVALID', {
      message: error.message,
      remedy: 'Download or copy the file again.',
      details: { file: path },
      cause: error,
    });
  }
  throw new PolyheadError('TOKENIZER_INVALID', {
    message: `"${path}" does not hold a JSON object.`,
    remedy: 'Download or copy the file again.',
    details: { file: path },
  });
}

async function missingError(directory: string): Promise<PolyheadError> {
  const files = await listFiles(directory);
  const older = olderFiles.filter((name) => files.includes(name));
  const found =
    older.length === 0 ? '' : ` It has ${older.join(' and ')}, which hold a vocabulary but not how to apply it.`;
  return new PolyheadError('TOKENIZER_INVALID', {
    message: `"${directory}" has no tokenizer.json.${found}`,
    remedy:
      'Get tokenizer.json from the model on the hub, or write it with Python: ' +
      'AutoTokenizer.from_pretrained(FOLDER, use_fast=True).save_pretrained(FOLDER).',
    details: { directory, found: older },
  });
}
