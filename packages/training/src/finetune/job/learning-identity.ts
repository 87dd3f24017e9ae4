import type { JsonObject } from '@polyhead/types';
import type { LearningConfig } from './encoder-loaders.ts';

/** What beside data, heads and settings decides the numbers. Threads and memory may change between runs. */
export function toLearningIdentity({ backbone, training }: Pick<LearningConfig, 'backbone' | 'training'>): JsonObject {
  const { reference, pooling, normalize, maximumLength, prompt, useOnnxFile } = backbone;
  const { trainable, layerDecay, encoderDropout, lora, lazyEmbeddings } = training;
  const chosen = {
    backbone: { reference, pooling, normalize, maximumLength, prompt, useOnnxFile },
    trainable: { trainable, layerDecay, encoderDropout, lora, lazyEmbeddings },
  };
  return JSON.parse(JSON.stringify(chosen)) as JsonObject;
}
