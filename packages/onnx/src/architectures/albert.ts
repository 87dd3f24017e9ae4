import { activations, findActivation } from '../blocks/activation.ts';
import { attentionBias } from '../blocks/attention-bias.ts';
import { classificationHead } from '../blocks/classification-head.ts';
import { embeddings } from '../blocks/embeddings.ts';
import { flattenTokens } from '../blocks/flatten-tokens.ts';
import { linear } from '../blocks/linear.ts';
import { postNormLayer, type LayerDropout, type LayerNames } from '../blocks/post-norm-layer.ts';
import { stackLayers } from '../blocks/token-selection.ts';
import type { ConfigurationReader } from '../checkpoint/configuration-reader.ts';
import type { Architecture } from './architecture.ts';
import { assertPlainBert, bert, bertLayerSizes, hiddenDropout } from './bert.ts';

function layerNames(group: number, layer: number): LayerNames {
  const path = `encoder.albert_layer_groups.${group}.albert_layers.${layer}`;
  return {
    query: `${path}.attention.query`,
    key: `${path}.attention.key`,
    value: `${path}.attention.value`,
    attentionOutput: `${path}.attention.dense`,
    attentionNorm: `${path}.attention.LayerNorm`,
    inner: `${path}.ffn`,
    outer: `${path}.ffn_output`,
    outputNorm: `${path}.full_layer_layer_norm`,
  };
}

/** The reference implementation takes nothing out behind the feed-forward half. */
function layerDropout(reader: ConfigurationReader, path: string): LayerDropout {
  return {
    path,
    attentionProbabilities: reader.probability('attention_probs_dropout_prob', 0),
    attentionOutput: hiddenDropout(reader, 0),
    feedForwardOutput: undefined,
  };
}

/** ALBERT (Lan et al. 2020): narrow embeddings, and few sets of layer parameters that are used again and again. */
export const albert: Architecture = {
  modelTypes: ['albert'],
  probe: bert.probe,
  configuration: (reader) => bert.configuration(reader),
  build(context, tokens) {
    const { builder, configuration } = context;
    assertPlainBert(configuration);
    const sizes = bertLayerSizes(configuration);
    const activation = findActivation(configuration, 'hidden_act');
    const size = configuration.integer('embedding_size', 128);
    const states = embeddings(context, {
      size,
      epsilon: sizes.epsilon,
      dropout: hiddenDropout(configuration, 0),
      vocabularySize: configuration.integer('vocab_size'),
      positions: { kind: 'first', count: configuration.integer('max_position_embeddings'), padTokenId: 0 },
      types: { kind: 'input', count: configuration.integer('type_vocab_size', 2) },
    });
    const bias = attentionBias(context);
    const layerCount = configuration.integer('num_hidden_layers');
    const groupCount = configuration.integer('num_hidden_groups', 1);
    const innerCount = configuration.integer('inner_group_num', 1);
    const input = linear(context, flattenTokens(context, states, size), {
      name: 'encoder.embedding_hidden_mapping_in',
      inputs: size,
      outputs: sizes.hiddenSize,
    });
    return stackLayers(context, input, {
      layerCount: layerCount * innerCount,
      tokens,
      build: (state, { index, ...given }) => {
        const layer = Math.floor(index / innerCount);
        const inner = index % innerCount;
        const group = Math.floor((layer * groupCount) / layerCount);
        const path = `layer.${layer}.${inner}`;
        const dropout = layerDropout(configuration, path);
        const options = { names: layerNames(group, inner), sizes, activation, bias, dropout, ...given };
        return builder.within(path, () => postNormLayer(context, state, options));
      },
    });
  },
  classify(context) {
    return classificationHead(context, {
      input: context.encode('first'),
      dense: { weights: context.weights, name: 'pooler' },
      activation: activations.tanh,
      dropout: context.configuration.probability('classifier_dropout_prob', 0.1),
      output: 'classifier',
    });
  },
};
