import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { modelDirectory } from '@polyhead/model-minilm';
import { createRandomGenerator } from '@polyhead/numerics';
import { writeSafetensors } from '@polyhead/onnx';
import type { JsonObject, JsonValue, Tensor } from '@polyhead/types';

/** Width of the tiny model. */
export const tinyDimension = 16;

const innerDimension = 32;
const positions = 64;
const vocabulary = 30522;

function tensorShapes(): Record<string, number[]> {
  const linear = (name: string, outputs: number, inputs: number): Record<string, number[]> => ({
    [`${name}.weight`]: [outputs, inputs],
    [`${name}.bias`]: [outputs],
  });
  const norm = (name: string): Record<string, number[]> => ({
    [`${name}.weight`]: [tinyDimension],
    [`${name}.bias`]: [tinyDimension],
  });
  const layer = 'encoder.layer.0';
  return {
    'embeddings.word_embeddings.weight': [vocabulary, tinyDimension],
    'embeddings.position_embeddings.weight': [positions, tinyDimension],
    'embeddings.token_type_embeddings.weight': [2, tinyDimension],
    ...norm('embeddings.LayerNorm'),
    ...linear(`${layer}.attention.self.query`, tinyDimension, tinyDimension),
    ...linear(`${layer}.attention.self.key`, tinyDimension, tinyDimension),
    ...linear(`${layer}.attention.self.value`, tinyDimension, tinyDimension),
    ...linear(`${layer}.attention.output.dense`, tinyDimension, tinyDimension),
    ...norm(`${layer}.attention.output.LayerNorm`),
    ...linear(`${layer}.intermediate.dense`, innerDimension, tinyDimension),
    ...linear(`${layer}.output.dense`, tinyDimension, innerDimension),
    ...norm(`${layer}.output.LayerNorm`),
  };
}

function createWeights(seed: number, shapes = tensorShapes()): Record<string, Tensor> {
  const random = createRandomGenerator(seed);
  const entries = Object.entries(shapes).map(([name, shape]) => {
    const length = shape.reduce((product, size) => product * size, 1);
    const data = Float32Array.from({ length }, () => random.normal() * 0.5);
    return [name, { dataType: 'float32', shape, data } satisfies Tensor] as const;
  });
  return Object.fromEntries(entries);
}

/** Writes a JSON file of a model folder. */
export async function writeJson(directory: string, name: string, value: JsonValue): Promise<void> {
  await mkdir(join(directory, name, '..'), { recursive: true });
  await writeFile(join(directory, name), JSON.stringify(value));
}

/** Writes a plain transformers folder: a BERT of one layer with random weights, and the bundled model's tokenizer. */
export async function writeTinyModel(directory: string, seed = 1): Promise<void> {
  await writeTinySettings(directory, {});
  await writeSafetensors(join(directory, 'model.safetensors'), createWeights(seed));
}

/** Writes a sequence classification model over the same BERT, whose outputs have these names. */
export async function writeTinyClassifier(directory: string, labels: readonly string[], seed = 1): Promise<void> {
  await writeTinySettings(directory, {
    architectures: ['BertForSequenceClassification'],
    id2label: Object.fromEntries(labels.entries()),
  });
  const encoder = Object.entries(tensorShapes()).map(([name, shape]) => [`bert.${name}`, shape] as const);
  const shapes = {
    ...Object.fromEntries(encoder),
    'bert.pooler.dense.weight': [tinyDimension, tinyDimension],
    'bert.pooler.dense.bias': [tinyDimension],
    'classifier.weight': [labels.length, tinyDimension],
    'classifier.bias': [labels.length],
  };
  await writeSafetensors(join(directory, 'model.safetensors'), createWeights(seed, shapes));
}

async function writeTinySettings(directory: string, more: JsonObject): Promise<void> {
  await mkdir(directory, { recursive: true });
  await copyFile(join(modelDirectory, 'tokenizer.json'), join(directory, 'tokenizer.json'));
  await writeJson(directory, 'tokenizer_config.json', { model_max_length: 512, pad_token: '[PAD]' });
  await writeJson(directory, 'config.json', {
    model_type: 'bert',
    hidden_size: tinyDimension,
    intermediate_size: innerDimension,
    num_hidden_layers: 1,
    num_attention_heads: 2,
    max_position_embeddings: positions,
    vocab_size: vocabulary,
    type_vocab_size: 2,
    hidden_act: 'gelu',
    layer_norm_eps: 1e-12,
    pad_token_id: 0,
    ...more,
  });
}

/** Adds the settings of sentence-transformers to a folder. */
export async function writeSentenceTransformersSettings(
  directory: string,
  pooling: JsonValue,
  moduleTypes: readonly string[] = ['Transformer', 'Pooling', 'Normalize'],
): Promise<void> {
  const modules = moduleTypes.map((type, idx) => ({
    idx,
    name: String(idx),
    path: type === 'Transformer' ? '' : `${idx}_${type}`,
    type: `sentence_transformers.models.${type}`,
  }));
  await writeJson(directory, 'modules.json', modules);
  await writeJson(directory, '1_Pooling/config.json', pooling);
}
