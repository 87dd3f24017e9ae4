import type { LoadEncoderOptions } from '@polyhead/backbone';
import type { EncoderDescription } from '@polyhead/types';

/** The options of `loadEncoder` that give an encoder the settings of a description. */
export function toEncoderOptions(description: EncoderDescription): LoadEncoderOptions {
  const { pooling, normalized, maximumLength, prompt, longText, graph } = description;
  return { pooling, normalize: normalized, maximumLength, prompt, longText, useOnnxFile: graph === 'file' };
}
