import { PolyheadError, type JsonObject, type PoolingMode } from '@polyhead/types';

/** Names of sentence-transformers since 6.0 (`pooling_mode: "mean"`). */
const modesByName: Readonly<Record<string, PoolingMode>> = {
  cls: 'cls',
  mean: 'mean',
  max: 'max',
  mean_sqrt_len_tokens: 'mean-sqrt-length',
  lasttoken: 'last',
};

/** Its older switches (`pooling_mode_mean_tokens: true`), by the newer names. */
const namesBySwitch: Readonly<Record<string, string>> = {
  pooling_mode_cls_token: 'cls',
  pooling_mode_mean_tokens: 'mean',
  pooling_mode_max_tokens: 'max',
  pooling_mode_mean_sqrt_len_tokens: 'mean_sqrt_len_tokens',
  pooling_mode_weightedmean_tokens: 'weightedmean',
  pooling_mode_lasttoken: 'lasttoken',
};

function readNames(settings: JsonObject): string[] {
  const mode = settings['pooling_mode'];
  if (typeof mode === 'string') return [mode];
  if (Array.isArray(mode)) return mode.map(String);
  return Object.entries(namesBySwitch).flatMap(([key, name]) => (settings[key] === true ? [name] : []));
}

/**
 * Reads the settings of a sentence-transformers Pooling module, in its older and newer form.
 * @param file where they come from, for messages
 * @throws {PolyheadError} ARCHITECTURE_UNSUPPORTED for several modes at once and for weighted means
 */
export function readPoolingMode(settings: JsonObject, file: string): PoolingMode {
  const names = readNames(settings);
  const [name = 'mean'] = names;
  const mode = modesByName[name];
  const excludesPrompt = settings['include_prompt'] === false;
  if (mode !== undefined && names.length < 2 && !excludesPrompt) return mode;
  const what = excludesPrompt
    ? 'pooling without the prompt'
    : `the pooling ${names.map((n) => `"${n}"`).join(' with ')}`;
  throw new PolyheadError('ARCHITECTURE_UNSUPPORTED', {
    message: `"${file}" asks for ${what}, which is not supported.`,
    remedy: `Give the pooling option (one of cls, mean, max, mean-sqrt-length, last) to override it.`,
    details: { file, pooling: names },
  });
}

/** The settings of a Pooling module in the form that every version of sentence-transformers reads. */
export function toPoolingSettings(pooling: PoolingMode, dimension: number): JsonObject {
  const switches = Object.entries(namesBySwitch).map(([key, name]) => [key, modesByName[name] === pooling] as const);
  return { word_embedding_dimension: dimension, ...Object.fromEntries(switches), include_prompt: true };
}
