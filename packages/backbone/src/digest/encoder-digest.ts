import { join } from 'node:path';
import { sha256 } from '@polyhead/files';
import type { JsonObject } from '@polyhead/types';
import type { EncoderFiles } from '../encoder-files.ts';
import { digestFile } from './file-digest.ts';

/** Settings that decide embeddings, with all defaults filled in. */
export interface EffectiveSettings {
  readonly pooling: string;
  readonly normalize: boolean;
  readonly maximumLength: number;
  readonly prompt: string;
  readonly lowerCase: boolean;
}

/** Raised whenever the same files and settings would give other results than before. */
const version = 1;

/** Settings files whose bytes matter; those of sentence-transformers count through the settings read from them. */
const hashedSettings = ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'special_tokens_map.json'];

/** {@link computeModelDigest} of an encoder. */
export function computeEncoderDigest(
  files: EncoderFiles,
  settings: EffectiveSettings,
  cacheDirectory: string,
): Promise<string> {
  const { pooling, normalize, maximumLength, prompt, lowerCase } = settings;
  return computeModelDigest(files, { pooling, normalize, maximumLength, prompt, lowerCase }, cacheDirectory);
}

/**
 * SHA-256 over weights, configuration, tokenizer and settings. It does not depend on where the folder lies, nor on
 * settings files that say the same in other words.
 */
export async function computeModelDigest(
  files: EncoderFiles,
  settings: JsonObject,
  cacheDirectory: string,
): Promise<string> {
  const paths = [...files.settings.filter((path) => hashedSettings.includes(path)), ...files.weights].sort();
  const digests: string[] = [];
  for (const path of paths) digests.push(`${path} ${await digestFile(join(files.directory, path), cacheDirectory)}`);
  return sha256(JSON.stringify({ version, digests, ...settings }));
}
