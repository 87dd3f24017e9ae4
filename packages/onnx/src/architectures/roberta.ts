import { activations } from '../blocks/activation.ts';
import { attentionBias } from '../blocks/attention-bias.ts';
import { embeddings } from '../blocks/embeddings.ts';
import { flattenTokens } from '../blocks/flatten-tokens.ts';
import type { ConfigurationReader } from '../checkpoint/configuration-reader.ts';
import type { Architecture } from './architecture.ts';
import { assertPlainBert, bertLayers, bertLayerSizes, hiddenDropout, robertaClassifier } from './bert.ts';

/** Position tables of this family start with unused rows: the first token has the position padding id + 1. */
export function readPositionsAfterPadding(reader: ConfigurationReader): {
  readonly usable: number;
  readonly count: number;
  readonly padTokenId: number;
} {
  const count = reader.integer('max_position_embeddings');
  const padTokenId = reader.integer('pad_token_id', 1);
  if (count <= padTokenId + 1)
    throw reader.reject('max_position_embeddings', `more than pad_token_id + 1 (${padTokenId + 1})`);
  return { usable: count - padTokenId - 1, count, padTokenId };
}

/** RoBERTa (Liu et al. 2019), XLM-RoBERTa (Conneau et al. 2020; bge-m3, multilingual-e5) and CamemBERT (Martin et al. 2020). */
export const roberta: Architecture = {
  modelTypes: ['roberta', 'xlm-roberta', 'camembert'],
  probe: 'embeddings.word_embeddings.weight',
  configuration(reader) {
    const { usable, padTokenId } = readPositionsAfterPadding(reader);
    return {
      hiddenSize: reader.integer('hidden_size'),
      layerCount: reader.integer('num_hidden_layers'),
      maximumPositions: usable,
      padTokenId,
    };
  },
  build(context, tokens) {
    const { configuration } = context;
    assertPlainBert(configuration);
    const { hiddenSize, epsilon } = bertLayerSizes(configuration);
    const states = embeddings(context, {
      size: hiddenSize,
      epsilon,
      dropout: hiddenDropout(configuration),
      vocabularySize: configuration.integer('vocab_size'),
      positions: { kind: 'after-padding', ...readPositionsAfterPadding(configuration) },
      types: { kind: 'zero', count: configuration.integer('type_vocab_size', 1) },
    });
    return bertLayers(context, flattenTokens(context, states, hiddenSize), { bias: attentionBias(context), tokens });
  },
  classify(context) {
    return robertaClassifier(context, activations.tanh);
  },
};
