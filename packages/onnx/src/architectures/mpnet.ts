import { activations, findActivation } from '../blocks/activation.ts';
import { attentionBias } from '../blocks/attention-bias.ts';
import { embeddings } from '../blocks/embeddings.ts';
import type { EncoderContext } from '../blocks/encoder-context.ts';
import { flattenTokens } from '../blocks/flatten-tokens.ts';
import { postNormLayer, type LayerNames } from '../blocks/post-norm-layer.ts';
import { lookUpDistances, relativeDistances } from '../blocks/relative-distance.ts';
import { selectQueries, stackLayers } from '../blocks/token-selection.ts';
import { intsAttribute } from '../model/attributes.ts';
import type { Architecture } from './architecture.ts';
import { bertLayerDropout, bertLayerSizes, hiddenDropout, robertaClassifier } from './bert.ts';
import { readPositionsAfterPadding } from './roberta.ts';

/** Distances from here on share the last bucket; fixed in the reference implementation. */
const furthestDistance = 128;

function layerNames(layer: number): LayerNames {
  const path = `encoder.layer.${layer}`;
  return {
    query: `${path}.attention.attn.q`,
    key: `${path}.attention.attn.k`,
    value: `${path}.attention.attn.v`,
    attentionOutput: `${path}.attention.attn.o`,
    attentionNorm: `${path}.attention.LayerNorm`,
    inner: `${path}.intermediate.dense`,
    outer: `${path}.output.dense`,
    outputNorm: `${path}.output.LayerNorm`,
  };
}

/**
 * The bucket of a distance (query minus key), as in T5 (Raffel et al. 2020): half of the buckets for each direction, half of
 * those for one distance each and the rest spaced logarithmically.
 */
export function mpnetBucket(distance: number, bucketCount: number): number {
  const half = Math.floor(bucketCount / 2);
  const offset = distance < 0 ? half : 0;
  const far = Math.abs(distance);
  const exact = Math.floor(half / 2);
  if (far < exact) return offset + far;
  const steps = (Math.log(far / exact) / Math.log(furthestDistance / exact)) * (half - exact);
  return offset + Math.min(exact + Math.trunc(Math.fround(steps)), half - 1);
}

/** A learned number a head and bucket, `[1, heads, sequence, sequence]`, the same in all layers. */
function positionBias(context: EncoderContext, headCount: number): string {
  const { builder, configuration, weights } = context;
  const bucketCount = configuration.integer('relative_attention_num_buckets', 32);
  const buckets = lookUpDistances(context, relativeDistances(context), {
    name: 'position_buckets',
    furthest: furthestDistance,
    value: (distance) => mpnetBucket(distance, bucketCount),
  });
  const table = weights.weight('encoder.relative_attention_bias.weight', [bucketCount, headCount]);
  const bias = builder.operation('Transpose', [builder.operation('Gather', [table, buckets])], {
    perm: intsAttribute([2, 0, 1]),
  });
  return builder.operation('Unsqueeze', [bias, builder.integers([0])]);
}

/** MPNet (Song et al. 2020): positions counted as in RoBERTa, and a learned bias for the distance of two tokens. */
export const mpnet: Architecture = {
  modelTypes: ['mpnet'],
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
    const { builder, configuration } = context;
    const sizes = bertLayerSizes(configuration);
    const activation = findActivation(configuration, 'hidden_act');
    const states = embeddings(context, {
      size: sizes.hiddenSize,
      epsilon: sizes.epsilon,
      dropout: hiddenDropout(configuration),
      vocabularySize: configuration.integer('vocab_size'),
      positions: { kind: 'after-padding', ...readPositionsAfterPadding(configuration) },
    });
    const bias = builder.within('position_bias', () =>
      builder.operation('Add', [positionBias(context, sizes.headCount), attentionBias(context)]),
    );
    const input = flattenTokens(context, states, sizes.hiddenSize);
    const layerCount = configuration.integer('num_hidden_layers');
    return stackLayers(context, input, {
      layerCount,
      tokens,
      build: (state, { index, ...layer }) => {
        const path = `layer.${index}`;
        const dropout = bertLayerDropout(configuration, path);
        const own = { names: layerNames(index), dropout, bias: selectQueries(context, bias, { ...layer, axis: 2 }) };
        return builder.within(path, () => postNormLayer(context, state, { sizes, activation, ...own, ...layer }));
      },
    });
  },
  classify(context) {
    return robertaClassifier(context, activations.tanh, hiddenDropout(context.configuration));
  },
};
