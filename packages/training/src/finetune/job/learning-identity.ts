import type { JsonObject } from '@polyhead/types';
import type { LoraConfig } from '../../config/training-config.ts';
import type { LearningConfig } from './encoder-loaders.ts';

/** What beside data, heads and settings decides the numbers. Threads and memory may change between runs. */
export function toLearningIdentity({ backbone, training }: Pick<LearningConfig, 'backbone' | 'training'>): JsonObject {
  const { reference, pooling, normalize, maximumLength, prompt, useOnnxFile } = backbone;
  const { trainable, layerDecay, encoderDropout, lora, lazyEmbeddings } = training;
  const chosen = {
    backbone: { reference, pooling, normalize, maximumLength, prompt, useOnnxFile },
    trainable: { trainable, layerDecay, encoderDropout, lora: toScale(lora), lazyEmbeddings },
  };
  return JSON.parse(JSON.stringify(chosen)) as JsonObject;
}

/** Whether adapters are kept changes nothing about them. */
function toScale(lora: LoraConfig | undefined): object | undefined {
  return lora === undefined ? undefined : { rank: lora.rank, alpha: lora.alpha };
}
