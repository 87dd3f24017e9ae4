import { activations, findActivation } from '../blocks/activation.ts';
import { attentionBias } from '../blocks/attention-bias.ts';
import { classificationHead } from '../blocks/classification-head.ts';
import { embeddings } from '../blocks/embeddings.ts';
import { flattenTokens } from '../blocks/flatten-tokens.ts';
import { postNormLayer, type LayerDropout, type LayerNames, type LayerSizes } from '../blocks/post-norm-layer.ts';
import { stackLayers } from '../blocks/token-selection.ts';
import type { ConfigurationReader } from '../checkpoint/configuration-reader.ts';
import type { Architecture } from './architecture.ts';

/** Fixed in the reference implementation. */
const epsilon = 1e-12;

function layerNames(layer: number): LayerNames {
  const path = `transformer.layer.${layer}`;
  return {
    query: `${path}.attention.q_lin`,
    key: `${path}.attention.k_lin`,
    value: `${path}.attention.v_lin`,
    attentionOutput: `${path}.attention.out_lin`,
    attentionNorm: `${path}.sa_layer_norm`,
    inner: `${path}.ffn.lin1`,
    outer: `${path}.ffn.lin2`,
    outputNorm: `${path}.output_layer_norm`,
  };
}

function layerSizes(reader: ConfigurationReader): LayerSizes {
  const hiddenSize = reader.integer('dim');
  const headCount = reader.integer('n_heads');
  if (headCount === 0 || hiddenSize % headCount !== 0)
    throw reader.reject('n_heads', `a divisor of dim (${hiddenSize})`);
  return { hiddenSize, headCount, headSize: hiddenSize / headCount, innerSize: reader.integer('hidden_dim'), epsilon };
}

/** The reference implementation takes nothing out between attention and its residual. */
function layerDropout(reader: ConfigurationReader, path: string): LayerDropout {
  return {
    path,
    attentionProbabilities: reader.probability('attention_dropout', 0.1),
    attentionOutput: undefined,
    feedForwardOutput: reader.probability('dropout', 0.1),
  };
}

/** DistilBERT (Sanh et al. 2019): BERT's layers without token types, under names of its own. */
export const distilbert: Architecture = {
  modelTypes: ['distilbert'],
  probe: 'embeddings.word_embeddings.weight',
  configuration: (reader) => ({
    hiddenSize: reader.integer('dim'),
    layerCount: reader.integer('n_layers'),
    maximumPositions: reader.integer('max_position_embeddings'),
    padTokenId: reader.integer('pad_token_id', 0),
  }),
  build(context, tokens) {
    const { builder, configuration } = context;
    const sizes = layerSizes(configuration);
    const activation = findActivation(configuration, 'activation');
    const states = embeddings(context, {
      size: sizes.hiddenSize,
      epsilon,
      dropout: configuration.probability('dropout', 0.1),
      vocabularySize: configuration.integer('vocab_size'),
      positions: { kind: 'first', count: configuration.integer('max_position_embeddings'), padTokenId: 0 },
    });
    const bias = attentionBias(context);
    const input = flattenTokens(context, states, sizes.hiddenSize);
    const layerCount = configuration.integer('n_layers');
    return stackLayers(context, input, {
      layerCount,
      tokens,
      build: (state, { index, ...layer }) => {
        const path = `layer.${index}`;
        const dropout = layerDropout(configuration, path);
        const options = { names: layerNames(index), sizes, activation, bias, dropout, ...layer };
        return builder.within(path, () => postNormLayer(context, state, options));
      },
    });
  },
  classify(context) {
    return classificationHead(context, {
      input: context.encode('first'),
      dense: { weights: context.headWeights, name: 'pre_classifier' },
      activation: activations.relu,
      dropout: context.configuration.probability('seq_classif_dropout', 0.2),
      output: 'classifier',
    });
  },
};
