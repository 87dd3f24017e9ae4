import { join } from 'node:path';
import { PolyheadError, type JsonObject, type JsonValue, type PoolingMode } from '@polyhead/types';
import { readJson, pathExists } from '@polyhead/files';
import { isJsonObject, readSettingsFile, toLength } from './json-fields.ts';
import { readPoolingMode } from './pooling-settings.ts';

/** What a model folder says about turning texts into embeddings. */
export interface EncoderSettings {
  readonly pooling: PoolingMode;
  readonly normalize: boolean;
  /** Undefined if the folder names no limit below that of the position embeddings. */
  readonly maximumLength: number | undefined;
  readonly prompt: string;
  /** Texts are put into lower case before the tokenizer sees them. */
  readonly lowerCase: boolean;
}

/** Settings that a caller gives instead of those of the folder. */
export interface EncoderSettingsOverrides {
  readonly pooling?: PoolingMode | undefined;
  readonly normalize?: boolean | undefined;
  readonly maximumLength?: number | undefined;
  readonly prompt?: string | undefined;
}

/** Module types that change nothing when a model is used. */
const withoutEffect = ['Transformer', 'Dropout'];

/**
 * Reads the settings files of sentence-transformers (modules.json and what it points to) and of transformers
 * (tokenizer_config.json). A folder without modules.json is a plain transformers model: mean pooling, not normalised,
 * which is what sentence-transformers does with it too.
 * @throws {PolyheadError} ARCHITECTURE_UNSUPPORTED, DATA_MALFORMED, INVALID_ARGUMENT
 */
export async function readEncoderSettings(
  directory: string,
  overrides: EncoderSettingsOverrides = {},
): Promise<EncoderSettings> {
  assertOverrides(overrides);
  const modules = await readModules(directory);
  const sentenceBert = (await readSettingsFile(directory, 'sentence_bert_config.json')) ?? {};
  const tokenizer = (await readSettingsFile(directory, 'tokenizer_config.json')) ?? {};
  const prompts = (await readSettingsFile(directory, 'config_sentence_transformers.json')) ?? {};
  return {
    pooling: overrides.pooling ?? (await readPooling(directory, modules)),
    normalize: overrides.normalize ?? modules.some((module) => module.type === 'Normalize'),
    maximumLength:
      overrides.maximumLength ?? toLength(sentenceBert['max_seq_length']) ?? toLength(tokenizer['model_max_length']),
    prompt: overrides.prompt ?? readDefaultPrompt(prompts),
    lowerCase: sentenceBert['do_lower_case'] === true,
  };
}

function assertOverrides({ maximumLength }: EncoderSettingsOverrides): void {
  if (maximumLength === undefined || (Number.isInteger(maximumLength) && maximumLength >= 3)) return;
  throw new PolyheadError('INVALID_ARGUMENT', {
    message: `The maximum length is ${maximumLength}, but must be a whole number of at least 3 tokens.`,
    details: { maximumLength },
  });
}

interface Module {
  /** Last part of the class name: `Pooling`. */
  readonly type: string;
  /** Folder of the module's own settings. */
  readonly path: string;
}

function toModule(entry: JsonValue, file: string): Module {
  const { type, path } = isJsonObject(entry) ? entry : {};
  if (typeof type === 'string' && typeof path === 'string') return { type: type.split('.').at(-1) ?? '', path };
  throw new PolyheadError('DATA_MALFORMED', {
    message: `"${file}" has an entry without "type" and "path".`,
    details: { file },
  });
}

async function readModules(directory: string): Promise<Module[]> {
  const file = join(directory, 'modules.json');
  if (!(await pathExists(file))) return [];
  const list = await readJson(file);
  const modules = Array.isArray(list) ? list.map((entry: JsonValue) => toModule(entry, file)) : [];
  const known = [...withoutEffect, 'Pooling', 'Normalize'];
  const foreign = modules.find(
    (module) => !known.includes(module.type) || (module.type === 'Transformer' && module.path !== ''),
  );
  if (foreign !== undefined || modules.length === 0) {
    throw new PolyheadError('ARCHITECTURE_UNSUPPORTED', {
      message: `"${file}" names the module "${foreign?.type ?? ''}" in "${foreign?.path ?? ''}", which is not supported.`,
      remedy: 'Supported are a Transformer in the folder itself, then Pooling and Normalize.',
      details: { file, module: foreign?.type ?? '' },
    });
  }
  return modules;
}

async function readPooling(directory: string, modules: readonly Module[]): Promise<PoolingMode> {
  const module = modules.find(({ type }) => type === 'Pooling');
  if (module === undefined) return 'mean';
  const name = `${module.path}/config.json`;
  return readPoolingMode((await readSettingsFile(directory, name)) ?? {}, join(directory, name));
}

function readDefaultPrompt(settings: JsonObject): string {
  const { prompts, default_prompt_name: name } = settings;
  if (!isJsonObject(prompts) || typeof name !== 'string') return '';
  const prompt = prompts[name];
  return typeof prompt === 'string' ? prompt : '';
}
