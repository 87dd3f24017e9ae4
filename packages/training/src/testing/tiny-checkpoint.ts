import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { resolveModel } from '@polyhead/hub';
import { createRandomGenerator } from '@polyhead/numerics';
import { writeSafetensors } from '@polyhead/onnx';
import type { Tensor } from '@polyhead/types';

const width = 16;
const vocabulary = 30522;

function shapes(): Record<string, number[]> {
  const layer = 'encoder.layer.0';
  const square = ['attention.self.query', 'attention.self.key', 'attention.self.value', 'attention.output.dense'];
  const norms = ['embeddings.LayerNorm', `${layer}.attention.output.LayerNorm`, `${layer}.output.LayerNorm`];
  const linear = (name: string, outputs: number, inputs: number): [string, number[]][] => [
    [`${name}.weight`, [outputs, inputs]],
    [`${name}.bias`, [outputs]],
  ];
  return Object.fromEntries([
    ['embeddings.word_embeddings.weight', [vocabulary, width]],
    ['embeddings.position_embeddings.weight', [64, width]],
    ['embeddings.token_type_embeddings.weight', [2, width]],
    ...norms.flatMap((name): [string, number[]][] => [
      [`${name}.weight`, [width]],
      [`${name}.bias`, [width]],
    ]),
    ...square.flatMap((name) => linear(`${layer}.${name}`, width, width)),
    ...linear(`${layer}.intermediate.dense`, 2 * width, width),
    ...linear(`${layer}.output.dense`, width, 2 * width),
  ]);
}

/** Writes a transformers folder: a BERT of one narrow layer with random weights, and the bundled model's tokenizer. */
export async function writeTinyCheckpoint(directory: string): Promise<void> {
  const bundled = await resolveModel('all-MiniLM-L6-v2');
  await mkdir(directory, { recursive: true });
  await copyFile(join(bundled.directory, 'tokenizer.json'), join(directory, 'tokenizer.json'));
  const config = {
    ...{ model_type: 'bert', hidden_size: width, intermediate_size: 2 * width, num_hidden_layers: 1 },
    ...{ num_attention_heads: 2, max_position_embeddings: 64, vocab_size: vocabulary, type_vocab_size: 2 },
    ...{ hidden_act: 'gelu', layer_norm_eps: 1e-12, pad_token_id: 0, initializer_range: 0.3 },
  };
  await writeFile(join(directory, 'config.json'), JSON.stringify(config));
  const random = createRandomGenerator(1);
  const tensors = Object.entries(shapes()).map(([name, shape]): [string, Tensor] => {
    const length = shape.reduce((product, size) => product * size, 1);
    const norm = name.endsWith('Norm.weight') ? 1 : 0;
    return [
      name,
      { dataType: 'float32', shape, data: Float32Array.from({ length }, () => norm + 0.3 * random.normal()) },
    ];
  });
  await writeSafetensors(join(directory, 'model.safetensors'), new Map(tensors));
}
