import { existsSync } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readJson, replaceDirectory, writeFileAtomic } from '@polyhead/files';
import { assertJsonObject } from '../json.ts';
import { checkpointTensors } from '../large-model/checkpoint-shape.ts';
import { writeRandomWeights } from '../random-weights.ts';
import { openWorkFolder } from '../work-folder.ts';

/** Files that a model of another depth has in common with MiniLM. */
const sharedFiles = ['tokenizer.json', 'tokenizer_config.json', 'modules.json', 'sentence_bert_config.json'];

/**
 * A model of MiniLM's shape (BERT, 384 wide, 30,522 words) with another number of layers and random weights, in the work folder.
 * @param source folder of MiniLM
 * @returns its folder
 */
export async function openDeepModel(source: string, layers: number): Promise<string> {
  const directory = join(await openWorkFolder('training-step'), `${layers}-layers`);
  if (existsSync(directory)) return directory;
  const config = assertJsonObject(await readJson(join(source, 'config.json')));
  const shape = { layers, hidden: 384, heads: 12, inner: 1536, words: 30_522, positions: 512 };
  const tensors = checkpointTensors(shape).set('embeddings.token_type_embeddings.weight', [2, shape.hidden]);
  await replaceDirectory(directory, async (folder) => {
    await writeFileAtomic(join(folder, 'config.json'), JSON.stringify({ ...config, num_hidden_layers: layers }));
    for (const name of sharedFiles) await copyFile(join(source, name), join(folder, name));
    await mkdir(join(folder, '1_Pooling'));
    await copyFile(join(source, '1_Pooling', 'config.json'), join(folder, '1_Pooling', 'config.json'));
    await writeRandomWeights(join(folder, 'model.safetensors'), tensors, 'float32');
  });
  return directory;
}
