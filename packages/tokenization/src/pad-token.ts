import type { JsonObject } from '@polyhead/types';
import { isJsonObject } from './json-fields.ts';

const usual = ['[PAD]', '<pad>', '<|padding|>'];

/**
 * The id that rows are padded with: the pad token of tokenizer_config.json, else that of tokenizer.json's padding
 * settings, else the usual names, else 0.
 */
export function findPadId(json: JsonObject, config: JsonObject, toId: (token: string) => number | undefined): number {
  const named = isJsonObject(config['pad_token']) ? config['pad_token']['content'] : config['pad_token'];
  const padding = isJsonObject(json['padding']) ? json['padding']['pad_token'] : undefined;
  for (const name of [named, padding, ...usual]) {
    const id = typeof name === 'string' ? toId(name) : undefined;
    if (id !== undefined) return id;
  }
  return 0;
}
