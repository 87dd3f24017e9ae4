import { copyFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { toFileError, writeFileAtomic } from '@polyhead/files';
import type { EncoderDescription, JsonValue } from '@polyhead/types';
import type { EncoderFiles } from './encoder-files.ts';
import type { LoadedEncoder } from './load-encoder.ts';
import { toPoolingSettings } from './settings/pooling-settings.ts';

/** Settings that are copied as they are; those of sentence-transformers are written anew from the settings in use. */
const tokenizerFiles = ['tokenizer.json', 'tokenizer_config.json', 'special_tokens_map.json'];
const copiedSettings = ['config.json', ...tokenizerFiles];

/** An encoder whose settings are written. */
interface EncoderSource {
  readonly files: EncoderFiles;
  readonly description: EncoderDescription;
  readonly lowerCase: boolean;
}

function toSettingsFiles(encoder: EncoderSource): Record<string, JsonValue> {
  const { dimension, maximumLength, pooling, normalized, prompt } = encoder.description;
  const module = (index: number, path: string, type: string): JsonValue => ({
    idx: index,
    name: String(index),
    path,
    type: `sentence_transformers.models.${type}`,
  });
  return {
    'modules.json': [
      module(0, '', 'Transformer'),
      module(1, '1_Pooling', 'Pooling'),
      ...(normalized ? [module(2, '2_Normalize', 'Normalize')] : []),
    ],
    '1_Pooling/config.json': toPoolingSettings(pooling, dimension),
    'sentence_bert_config.json': { max_seq_length: maximumLength, do_lower_case: encoder.lowerCase },
    'config_sentence_transformers.json':
      prompt === '' ? { prompts: {} } : { prompts: { default: prompt }, default_prompt_name: 'default' },
  };
}

/**
 * Copies what an encoder needs into a folder, so that `loadEncoder` of that folder gives an encoder with the same digest.
 * Settings that were given as options are written into the folder's settings files. The folder is one that
 * sentence-transformers loads too.
 * @throws {PolyheadError} FILE_NOT_WRITABLE, DISK_FULL
 */
export async function copyEncoderFiles(encoder: LoadedEncoder, targetDirectory: string): Promise<void> {
  await copyEncoderSettings(encoder, targetDirectory);
  await copyFiles(encoder.files.directory, targetDirectory, encoder.files.weights);
}

/**
 * Copies configuration and tokenizer, and writes the settings in use: everything but the weights.
 * @throws {PolyheadError} FILE_NOT_WRITABLE, DISK_FULL
 */
export async function copyEncoderSettings(encoder: EncoderSource, targetDirectory: string): Promise<void> {
  const { directory, settings } = encoder.files;
  await copyFiles(
    directory,
    targetDirectory,
    settings.filter((path) => copiedSettings.includes(path)),
  );
  for (const [path, content] of Object.entries(toSettingsFiles(encoder))) {
    await writeFileAtomic(join(targetDirectory, path), `${JSON.stringify(content, undefined, 2)}\n`);
  }
}

/**
 * Copies the tokenizer alone.
 * @throws {PolyheadError} FILE_NOT_WRITABLE, DISK_FULL
 */
export async function copyTokenizerFiles(
  { directory, settings }: EncoderFiles,
  targetDirectory: string,
): Promise<void> {
  await copyFiles(
    directory,
    targetDirectory,
    settings.filter((path) => tokenizerFiles.includes(path)),
  );
}

async function copyFiles(directory: string, targetDirectory: string, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    const target = join(targetDirectory, path);
    try {
      await mkdir(dirname(target), { recursive: true });
      await copyFile(join(directory, path), target);
    } catch (error) {
      throw toFileError(error, target, 'write');
    }
  }
}
