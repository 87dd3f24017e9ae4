import type { JsonObject } from '@polyhead/types';
import { countElements } from '../random-weights.ts';

/** Sizes of an XLM-RoBERTa checkpoint. */
export interface CheckpointShape {
  readonly layers: number;
  readonly hidden: number;
  readonly heads: number;
  readonly inner: number;
  readonly words: number;
  readonly positions: number;
}

/** The shape of BAAI/bge-m3: 568 million parameters. */
export const bgeM3: CheckpointShape = {
  layers: 24,
  hidden: 1024,
  heads: 16,
  inner: 4096,
  words: 250_002,
  positions: 8194,
};

/** The tensors of the checkpoint by name, each with its shape. */
export function checkpointTensors(shape: CheckpointShape): Map<string, readonly number[]> {
  const { hidden, inner } = shape;
  const linear = (name: string, outputs: number, inputs: number): [string, number[]][] => [
    [`${name}.weight`, [outputs, inputs]],
    [`${name}.bias`, [outputs]],
  ];
  const norm = (name: string): [string, number[]][] => [
    [`${name}.weight`, [hidden]],
    [`${name}.bias`, [hidden]],
  ];
  const layers = Array.from({ length: shape.layers }, (_, index) => `encoder.layer.${index}`);
  return new Map([
    ['embeddings.word_embeddings.weight', [shape.words, hidden]],
    ['embeddings.position_embeddings.weight', [shape.positions, hidden]],
    ['embeddings.token_type_embeddings.weight', [1, hidden]],
    ...norm('embeddings.LayerNorm'),
    ...layers.flatMap((layer) => [
      ...['query', 'key', 'value'].flatMap((name) => linear(`${layer}.attention.self.${name}`, hidden, hidden)),
      ...linear(`${layer}.attention.output.dense`, hidden, hidden),
      ...norm(`${layer}.attention.output.LayerNorm`),
      ...linear(`${layer}.intermediate.dense`, inner, hidden),
      ...linear(`${layer}.output.dense`, hidden, inner),
      ...norm(`${layer}.output.LayerNorm`),
    ]),
    ...linear('pooler.dense', hidden, hidden),
  ]);
}

export function countParameters(shape: CheckpointShape): number {
  return [...checkpointTensors(shape).values()].reduce((sum, sizes) => sum + countElements(sizes), 0);
}

/** config.json of the checkpoint. */
export function checkpointConfig(shape: CheckpointShape): JsonObject {
  return {
    model_type: 'xlm-roberta',
    architectures: ['XLMRobertaModel'],
    hidden_size: shape.hidden,
    num_hidden_layers: shape.layers,
    num_attention_heads: shape.heads,
    intermediate_size: shape.inner,
    vocab_size: shape.words,
    max_position_embeddings: shape.positions,
    type_vocab_size: 1,
    layer_norm_eps: 1e-5,
    hidden_act: 'gelu',
    position_embedding_type: 'absolute',
    bos_token_id: 0,
    pad_token_id: 1,
    eos_token_id: 2,
  };
}
