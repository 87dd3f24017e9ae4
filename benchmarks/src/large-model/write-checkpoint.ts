import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceDirectory, writeFileAtomic } from '@polyhead/files';
import { createLazyTensor, float32ToFloat16, writeSafetensors } from '@polyhead/onnx';
import type { JsonValue, Tensor } from '@polyhead/types';
import { checkpointConfig, checkpointTensors, countElements, type CheckpointShape } from './checkpoint-shape.ts';
import { smallTokenizer } from './small-tokenizer.ts';

/** The element types that a checkpoint can be written in. */
export type CheckpointDataType = 'float32' | 'float16';

/**
 * Writes a model folder with random weights (standard deviation 0.02, as a model is initialised), one tensor after the
 * other. The same shape gives the same bytes.
 */
export async function writeCheckpoint(
  directory: string,
  shape: CheckpointShape,
  dataType: CheckpointDataType,
): Promise<void> {
  await replaceDirectory(directory, async (folder) => {
    const writeJson = (name: string, value: JsonValue): Promise<void> =>
      writeFileAtomic(join(folder, name), JSON.stringify(value));
    await mkdir(join(folder, '1_Pooling'));
    await writeJson('config.json', checkpointConfig(shape));
    await writeJson('tokenizer.json', smallTokenizer());
    await writeJson('tokenizer_config.json', {
      tokenizer_class: 'XLMRobertaTokenizer',
      model_max_length: shape.positions - 2,
      pad_token: '<pad>',
    });
    await writeJson('modules.json', [
      { idx: 0, name: '0', path: '', type: 'sentence_transformers.models.Transformer' },
      { idx: 1, name: '1', path: '1_Pooling', type: 'sentence_transformers.models.Pooling' },
      { idx: 2, name: '2', path: '2_Normalize', type: 'sentence_transformers.models.Normalize' },
    ]);
    await writeJson('1_Pooling/config.json', {
      word_embedding_dimension: shape.hidden,
      pooling_mode_cls_token: true,
      pooling_mode_mean_tokens: false,
    });
    await writeSafetensors(join(folder, 'model.safetensors'), createTensors(shape, dataType), { format: 'pt' });
  });
}

function createTensors(shape: CheckpointShape, dataType: CheckpointDataType): Map<string, Tensor> {
  const tensors = [...checkpointTensors(shape)].map(([name, sizes], index): [string, Tensor] => {
    const read = (): Uint8Array => {
      const values = createValues(name, countElements(sizes), index + 1);
      const data = dataType === 'float16' ? float32ToFloat16(values) : values;
      return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    };
    return [name, createLazyTensor({ dataType, shape: sizes }, read)];
  });
  return new Map(tensors);
}

function createValues(name: string, length: number, seed: number): Float32Array {
  if (name.endsWith('.bias')) return new Float32Array(length);
  return name.endsWith('LayerNorm.weight') ? new Float32Array(length).fill(1) : randomWeights(length, seed);
}

/** Uniform numbers with the standard deviation 0.02, by xorshift (Marsaglia 2003): half a billion in seconds. */
function randomWeights(length: number, seed: number): Float32Array {
  const values = new Float32Array(length);
  const scale = (0.02 * Math.sqrt(12)) / 2 ** 32;
  let state = Math.imul(seed, 0x9e3779b1) | 1;
  for (let index = 0; index < length; index++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    values[index] = state * scale;
  }
  return values;
}
