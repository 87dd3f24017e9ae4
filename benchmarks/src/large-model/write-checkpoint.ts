import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceDirectory, writeFileAtomic } from '@polyhead/files';
import type { JsonValue } from '@polyhead/types';
import { writeRandomWeights, type CheckpointDataType } from '../random-weights.ts';
import { checkpointConfig, checkpointTensors, type CheckpointShape } from './checkpoint-shape.ts';
import { smallTokenizer } from './small-tokenizer.ts';

/** Writes a model folder with random weights. The same shape gives the same bytes. */
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
    await writeRandomWeights(join(folder, 'model.safetensors'), checkpointTensors(shape), dataType);
  });
}
