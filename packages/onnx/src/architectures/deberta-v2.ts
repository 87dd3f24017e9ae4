import { findActivation } from '../blocks/activation.ts';
import { attentionBias } from '../blocks/attention-bias.ts';
import { classificationHead } from '../blocks/classification-head.ts';
import { disentangledAttention, relativePositions, type RelativePositions } from '../blocks/disentangled-attention.ts';
import { embeddings } from '../blocks/embeddings.ts';
import type { EncoderContext } from '../blocks/encoder-context.ts';
import { flattenTokens } from '../blocks/flatten-tokens.ts';
import { layerNormalization } from '../blocks/layer-normalization.ts';
import { linear } from '../blocks/linear.ts';
import {
  afterAttention,
  type LayerNames,
  type LayerSizes,
  type PostNormLayerOptions,
} from '../blocks/post-norm-layer.ts';
import { selectTokens, stackLayers } from '../blocks/token-selection.ts';
import type { ConfigurationReader } from '../checkpoint/configuration-reader.ts';
import type { Architecture } from './architecture.ts';
import { bertLayerDropout, bertLayerNames, bertLayerSizes, classifierDropout, hiddenDropout } from './bert.ts';

function layerNames(layer: number): LayerNames {
  const path = `encoder.layer.${layer}.attention.self`;
  return {
    ...bertLayerNames(layer),
    query: `${path}.query_proj`,
    key: `${path}.key_proj`,
    value: `${path}.value_proj`,
  };
}

/** How distances between tokens are put into buckets. */
interface Buckets {
  /** Rows of the table of relative positions on each side. */
  readonly span: number;
  readonly furthest: number;
  readonly bucket: (distance: number) => number;
}

function readBuckets(reader: ConfigurationReader): Buckets {
  const stated = reader.number('max_relative_positions', -1);
  const furthest = stated < 1 ? reader.integer('max_position_embeddings') : stated;
  const bucketCount = reader.number('position_buckets', -1);
  if (bucketCount < 1) return { span: furthest, furthest, bucket: (distance) => distance };
  return { span: bucketCount, furthest, bucket: (distance) => debertaBucket(distance, { bucketCount, furthest }) };
}

/** Distances up to half of the buckets keep their value, further ones share logarithmic buckets; the sign is kept. */
export function debertaBucket(
  distance: number,
  options: { readonly bucketCount: number; readonly furthest: number },
): number {
  const middle = Math.floor(options.bucketCount / 2);
  const far = Math.abs(distance);
  if (far <= middle) return distance;
  // Single precision, as in the reference implementation: it decides on which side of an integer a logarithm falls.
  const log = (value: number): number => Math.fround(Math.log(Math.fround(value)));
  const ratio = Math.fround(log(far / middle) / log((options.furthest - 1) / middle));
  return Math.sign(distance) * (Math.ceil(Math.fround(ratio * (middle - 1))) + middle);
}

/** Refuses variants that are built differently. */
function assertSupportedVariant(reader: ConfigurationReader): void {
  if (reader.integer('conv_kernel_size', 0) > 0) throw reader.reject('conv_kernel_size', '0 (no convolution)');
  if (!reader.flag('relative_attention', false)) throw reader.reject('relative_attention', 'true');
}

function sharedPositions(
  context: EncoderContext,
  buckets: Buckets,
  { hiddenSize, epsilon }: LayerSizes,
): RelativePositions {
  const { builder, configuration, weights } = context;
  const isNormalized = configuration.text('norm_rel_ebd', 'none').includes('layer_norm');
  return builder.within('relative_positions', () =>
    relativePositions(context, {
      ...buckets,
      table: weights.weight('encoder.rel_embeddings.weight', [2 * buckets.span, hiddenSize]),
      normalize: (rows) =>
        isNormalized
          ? layerNormalization(context, rows, { name: 'encoder.LayerNorm', size: hiddenSize, epsilon })
          : rows,
    }),
  );
}

interface DebertaLayerOptions extends PostNormLayerOptions {
  readonly positions: RelativePositions;
  /** Rows of the whole table of relative positions. */
  readonly positionCount: number;
}

/** The relative positions as a layer takes them: in training each layer takes out numbers of its own. */
function relativeStates(context: EncoderContext, options: DebertaLayerOptions): string {
  const { positions, positionCount, sizes, dropout } = options;
  return context.dropout.apply(
    positions.states,
    {
      name: `${dropout.path}.relative_positions`,
      probability: hiddenDropout(context.configuration),
      shape: [positionCount, sizes.hiddenSize],
    },
    positions.sliceRows,
  );
}

function debertaLayer(context: EncoderContext, input: string, options: DebertaLayerOptions): string {
  const { configuration } = context;
  const { names, sizes, positions, bias, dropout, tokens } = options;
  const project = (states: string, name: string): string =>
    linear(context, states, { name, inputs: sizes.hiddenSize, outputs: sizes.hiddenSize });
  const kinds = configuration.texts('pos_att_type') ?? [];
  const isShared = configuration.flag('share_att_key', false);
  const rows = relativeStates(context, options);
  const asking = selectTokens(context, input, tokens);
  const attended = disentangledAttention(context, {
    ...sizes,
    query: project(asking, names.query),
    key: project(input, names.key),
    value: project(input, names.value),
    positionKey: kinds.includes('c2p')
      ? project(rows, isShared ? names.key : names.key.replace('key_proj', 'pos_key_proj'))
      : undefined,
    positionQuery: kinds.includes('p2c')
      ? project(rows, isShared ? names.query : names.query.replace('query_proj', 'pos_query_proj'))
      : undefined,
    positions,
    bias,
    dropout,
    tokens,
  });
  return afterAttention(context, { input: asking, attended }, options);
}

/** DeBERTa-v2 and v3 (He et al. 2021, 2023), without the convolution that the largest v2 models have. */
export const debertaV2: Architecture = {
  modelTypes: ['deberta-v2'],
  probe: 'embeddings.word_embeddings.weight',
  configuration: (reader) => ({
    hiddenSize: reader.integer('hidden_size'),
    layerCount: reader.integer('num_hidden_layers'),
    maximumPositions: reader.integer('max_position_embeddings'),
    padTokenId: reader.integer('pad_token_id', 0),
  }),
  build(context, tokens) {
    const { builder, configuration } = context;
    assertSupportedVariant(configuration);
    const sizes = bertLayerSizes(configuration);
    const { hiddenSize, epsilon } = sizes;
    if (configuration.integer('embedding_size', hiddenSize) !== hiddenSize) {
      throw configuration.reject('embedding_size', `hidden_size (${hiddenSize})`);
    }
    const activation = findActivation(configuration, 'hidden_act');
    const typeCount = configuration.integer('type_vocab_size', 0);
    const positions = {
      kind: 'first',
      count: configuration.integer('max_position_embeddings'),
      padTokenId: 0,
    } as const;
    const states = embeddings(context, {
      size: hiddenSize,
      epsilon,
      dropout: hiddenDropout(configuration),
      vocabularySize: configuration.integer('vocab_size'),
      positions: configuration.flag('position_biased_input', true) ? positions : undefined,
      types: typeCount > 0 ? { kind: 'input', count: typeCount } : undefined,
    });
    const bias = attentionBias(context);
    const buckets = readBuckets(configuration);
    const positionOptions = { positions: sharedPositions(context, buckets, sizes), positionCount: 2 * buckets.span };
    const input = flattenTokens(context, states, hiddenSize);
    const layerCount = configuration.integer('num_hidden_layers');
    return stackLayers(context, input, {
      layerCount,
      tokens,
      build: (state, { index, ...layer }) => {
        const path = `layer.${index}`;
        const dropout = bertLayerDropout(configuration, path);
        const options = { names: layerNames(index), sizes, activation, bias, dropout, ...positionOptions, ...layer };
        return builder.within(path, () => debertaLayer(context, state, options));
      },
    });
  },
  classify(context) {
    const { configuration, hiddenSize } = context;
    if (configuration.integer('pooler_hidden_size', hiddenSize) !== hiddenSize) {
      throw configuration.reject('pooler_hidden_size', `hidden_size (${hiddenSize})`);
    }
    return classificationHead(context, {
      input: context.encode('first'),
      inputDropout: configuration.probability('pooler_dropout', 0),
      dense: { weights: context.headWeights, name: 'pooler.dense' },
      activation: findActivation(configuration, 'pooler_hidden_act'),
      dropout: classifierDropout(configuration, 'cls_dropout'),
      output: 'classifier',
    });
  },
};
