import { activations, findActivation, type ActivationBlock } from '../blocks/activation.ts';
import { attentionBias } from '../blocks/attention-bias.ts';
import { classificationHead, type ClassifierContext } from '../blocks/classification-head.ts';
import { embeddings } from '../blocks/embeddings.ts';
import type { EncoderContext } from '../blocks/encoder-context.ts';
import { flattenTokens } from '../blocks/flatten-tokens.ts';
import { postNormLayer, type LayerDropout, type LayerNames, type LayerSizes } from '../blocks/post-norm-layer.ts';
import { stackLayers, type TokenSelection } from '../blocks/token-selection.ts';
import type { ConfigurationReader } from '../checkpoint/configuration-reader.ts';
import type { Architecture } from './architecture.ts';

/** Names of a layer in checkpoints of BERT and of everything that kept its code. */
export function bertLayerNames(layer: number): LayerNames {
  const path = `encoder.layer.${layer}`;
  return {
    query: `${path}.attention.self.query`,
    key: `${path}.attention.self.key`,
    value: `${path}.attention.self.value`,
    attentionOutput: `${path}.attention.output.dense`,
    attentionNorm: `${path}.attention.output.LayerNorm`,
    inner: `${path}.intermediate.dense`,
    outer: `${path}.output.dense`,
    outputNorm: `${path}.output.LayerNorm`,
  };
}

/** Sizes from the fields that BERT-like configurations share. */
export function bertLayerSizes(reader: ConfigurationReader): LayerSizes {
  const hiddenSize = reader.integer('hidden_size');
  const headCount = reader.integer('num_attention_heads');
  if (headCount === 0 || hiddenSize % headCount !== 0) {
    throw reader.reject('num_attention_heads', `a divisor of hidden_size (${hiddenSize})`);
  }
  return {
    hiddenSize,
    headCount,
    headSize: hiddenSize / headCount,
    innerSize: reader.integer('intermediate_size'),
    epsilon: reader.number('layer_norm_eps', 1e-12),
  };
}

/** The share of a state's numbers that BERT-like encoders take out in training. */
export function hiddenDropout(reader: ConfigurationReader, fallback = 0.1): number {
  return reader.probability('hidden_dropout_prob', fallback);
}

/** The share of numbers that classifiers take out before their last layer. */
export function classifierDropout(reader: ConfigurationReader, field = 'classifier_dropout'): number {
  return reader.probability(field, hiddenDropout(reader));
}

/**
 * The head of RoBERTa's sequence classification models and of those that kept its code: dropout, a layer with an activation,
 * dropout, a layer; all on the first token.
 */
export function robertaClassifier(
  context: ClassifierContext,
  activation: ActivationBlock,
  dropout: number = classifierDropout(context.configuration),
): string {
  return classificationHead(context, {
    input: context.encode('first'),
    inputDropout: dropout,
    dense: { weights: context.headWeights, name: 'classifier.dense' },
    activation,
    dropout,
    output: 'classifier.out_proj',
  });
}

/** What a BERT-like layer takes out in training. @param path of the layer in the names of dropout sites */
export function bertLayerDropout(reader: ConfigurationReader, path: string): LayerDropout {
  return {
    path,
    attentionProbabilities: reader.probability('attention_probs_dropout_prob', 0.1),
    attentionOutput: hiddenDropout(reader),
    feedForwardOutput: hiddenDropout(reader),
  };
}

/** All layers, one after the other, with the same attention bias. `[tokens, hidden]` to the same, or to `[batch, hidden]` of first tokens. */
export function bertLayers(
  context: EncoderContext,
  input: string,
  { bias, tokens }: { readonly bias: string; readonly tokens: TokenSelection },
): string {
  const { builder, configuration } = context;
  const sizes = bertLayerSizes(configuration);
  const activation = findActivation(configuration, 'hidden_act');
  const layerCount = configuration.integer('num_hidden_layers');
  return stackLayers(context, input, {
    layerCount,
    tokens,
    build: (state, { index, ...layer }) => {
      const path = `layer.${index}`;
      const dropout = bertLayerDropout(configuration, path);
      const options = { names: bertLayerNames(index), sizes, activation, bias, dropout, ...layer };
      return builder.within(path, () => postNormLayer(context, state, options));
    },
  });
}

/** Refuses variants of BERT that are built differently. */
export function assertPlainBert(reader: ConfigurationReader): void {
  if (reader.text('position_embedding_type', 'absolute') !== 'absolute') {
    throw reader.reject('position_embedding_type', '"absolute"');
  }
  if (reader.flag('is_decoder', false)) throw reader.reject('is_decoder', 'false');
}

/** BERT (Devlin et al. 2019). */
export const bert: Architecture = {
  modelTypes: ['bert'],
  probe: 'embeddings.word_embeddings.weight',
  configuration: (reader) => ({
    hiddenSize: reader.integer('hidden_size'),
    layerCount: reader.integer('num_hidden_layers'),
    maximumPositions: reader.integer('max_position_embeddings'),
    padTokenId: reader.integer('pad_token_id', 0),
  }),
  build(context, tokens) {
    const { configuration } = context;
    assertPlainBert(configuration);
    const { hiddenSize, epsilon } = bertLayerSizes(configuration);
    const states = embeddings(context, {
      size: hiddenSize,
      epsilon,
      dropout: hiddenDropout(configuration),
      vocabularySize: configuration.integer('vocab_size'),
      positions: { kind: 'first', count: configuration.integer('max_position_embeddings'), padTokenId: 0 },
      types: { kind: 'input', count: configuration.integer('type_vocab_size', 2) },
    });
    return bertLayers(context, flattenTokens(context, states, hiddenSize), { bias: attentionBias(context), tokens });
  },
  classify(context) {
    return classificationHead(context, {
      input: context.encode('first'),
      dense: { weights: context.weights, name: 'pooler.dense' },
      activation: activations.tanh,
      dropout: classifierDropout(context.configuration),
      output: 'classifier',
    });
  },
};
