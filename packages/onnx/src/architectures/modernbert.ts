import { findActivation } from '../blocks/activation.ts';
import { attentionBias, float32Code, floatMask, maskedScore } from '../blocks/attention-bias.ts';
import { attentionSite, joinHeads, splitHeads, type HeadLayout } from '../blocks/attention.ts';
import { classificationHead, type ClassifierContext } from '../blocks/classification-head.ts';
import type { EncoderContext } from '../blocks/encoder-context.ts';
import { flattenTokens, unflattenTokens } from '../blocks/flatten-tokens.ts';
import { layerNormalization } from '../blocks/layer-normalization.ts';
import { linear } from '../blocks/linear.ts';
import { meanOfTokens } from '../blocks/mean-pooling.ts';
import { relativeDistances } from '../blocks/relative-distance.ts';
import { rotaryAngles, rotate, type RotaryAngles } from '../blocks/rotary.ts';
import {
  rowDimension,
  selectQueries,
  selectTokens,
  stackLayers,
  type TokenSelection,
} from '../blocks/token-selection.ts';
import type { ConfigurationReader } from '../checkpoint/configuration-reader.ts';
import { intAttribute, intsAttribute } from '../model/attributes.ts';
import type { Architecture } from './architecture.ts';

/** Layers see all tokens, or only those near by. */
type LayerKind = 'full_attention' | 'sliding_attention';

/** What a layer needs to know about distances. */
interface LayerGeometry {
  readonly bias: string;
  readonly angles: RotaryAngles;
}

interface Sizes extends HeadLayout {
  readonly hiddenSize: number;
  readonly innerSize: number;
  readonly epsilon: number;
}

function readSizes(reader: ConfigurationReader): Sizes {
  const hiddenSize = reader.integer('hidden_size');
  const headCount = reader.integer('num_attention_heads');
  if (headCount === 0 || hiddenSize % (2 * headCount) !== 0) {
    throw reader.reject('num_attention_heads', `a number whose double divides hidden_size (${hiddenSize})`);
  }
  return {
    hiddenSize,
    headCount,
    headSize: hiddenSize / headCount,
    innerSize: reader.integer('intermediate_size'),
    epsilon: reader.number('norm_eps', 1e-5),
  };
}

interface LayerOptions extends Sizes, LayerGeometry {
  readonly layer: number;
  /** Whose states it gives. */
  readonly tokens: TokenSelection;
}

/** Newer configurations list the kind of each layer, older ones say that every n-th layer is global. */
function readLayerKinds(reader: ConfigurationReader): readonly LayerKind[] {
  const count = reader.integer('num_hidden_layers');
  const every = reader.integer('global_attn_every_n_layers', 3);
  const listed = reader.texts('layer_types');
  return Array.from({ length: count }, (_, layer) => {
    const kind = listed === undefined ? (layer % every === 0 ? 'full_attention' : 'sliding_attention') : listed[layer];
    if (kind !== 'full_attention' && kind !== 'sliding_attention') {
      throw reader.reject('layer_types', `"full_attention" or "sliding_attention" for each of ${count} layers`);
    }
    return kind;
  });
}

/** The base of the rotary angles, which newer configurations nest. */
function readRotaryBase(reader: ConfigurationReader, kind: LayerKind): number {
  const ropes = reader.object('rope_parameters')?.object(kind);
  if (ropes !== undefined) {
    if (ropes.text('rope_type', 'default') !== 'default') throw ropes.reject('rope_type', '"default"');
    return ropes.number('rope_theta');
  }
  return kind === 'full_attention'
    ? reader.number('global_rope_theta', 160_000)
    : reader.number('local_rope_theta', 10_000);
}

/** `[batch, 1, sequence, sequence]`: the attention bias, and float32's lowest beyond half a window on both sides. */
function windowBias(context: EncoderContext, bias: string, window: number): string {
  const { builder } = context;
  return builder.within('window_bias', () => {
    const distance = builder.operation('Abs', [relativeDistances(context)]);
    const isOutside = builder.operation('Greater', [distance, builder.integer(Math.floor(window / 2))]);
    const outside = builder.operation('Cast', [isOutside], { to: intAttribute(float32Code) });
    // The lower of the two: their sum would be beyond float32.
    return builder.operation('Min', [bias, builder.operation('Mul', [outside, builder.scalar(maskedScore)])]);
  });
}

function splitInParts(context: EncoderContext, input: string, count: number): string[] {
  const attributes = { axis: intAttribute(-1), num_outputs: intAttribute(count) };
  return context.builder.node('Split', [input], { outputs: count, attributes });
}

function attentionBlock(context: EncoderContext, input: string, options: LayerOptions): string {
  const { builder, configuration, dropout } = context;
  const { hiddenSize, angles, tokens } = options;
  const path = `layers.${options.layer}.attn`;
  const site = `layer.${options.layer}`;
  const probability = configuration.probability('attention_dropout', 0);
  const hasBias = configuration.flag('attention_bias', false);
  const joined = linear(context, input, {
    name: `${path}.Wqkv`,
    inputs: hiddenSize,
    outputs: 3 * hiddenSize,
    bias: hasBias,
  });
  const [asking = '', ...asked] = splitInParts(context, joined, 3);
  const order = [0, 2, 1, 3];
  const query = splitHeads(context, selectTokens(context, asking, tokens), { ...options, order });
  const [key = '', value = ''] = asked.map((part) => splitHeads(context, part, { ...options, tokens: 'all', order }));
  const scaled = builder.operation('Mul', [
    rotate(context, query, anglesOf(context, angles, tokens)),
    builder.scalar(1 / Math.sqrt(options.headSize)),
  ]);
  const turnedKey = builder.operation('Transpose', [rotate(context, key, angles)], {
    perm: intsAttribute([0, 1, 3, 2]),
  });
  const bias = selectQueries(context, options.bias, { tokens, axis: 2 });
  const scores = builder.operation('Add', [builder.operation('MatMul', [scaled, turnedKey]), bias]);
  const shares = builder.operation('Softmax', [scores], { axis: intAttribute(-1) });
  const kept = dropout.apply(shares, attentionSite(options, { path: site, attentionProbabilities: probability }));
  const attended = joinHeads(context, builder.operation('MatMul', [kept, value]), options);
  const output = linear(context, attended, {
    name: `${path}.Wo`,
    inputs: hiddenSize,
    outputs: hiddenSize,
    bias: hasBias,
  });
  const shape = [rowDimension(tokens), hiddenSize];
  return dropout.apply(output, { name: `${site}.attention_output`, probability, shape });
}

function anglesOf(context: EncoderContext, { cosine, sine }: RotaryAngles, tokens: TokenSelection): RotaryAngles {
  const select = (values: string): string => selectQueries(context, values, { tokens, axis: 0 });
  return { cosine: select(cosine), sine: select(sine) };
}

/** GeGLU (Shazeer 2020): the activation of the first half times the second half. */
function gatedFeedForward(context: EncoderContext, input: string, options: LayerOptions): string {
  const { builder, configuration } = context;
  const { hiddenSize, innerSize, tokens } = options;
  const path = `layers.${options.layer}.mlp`;
  const bias = configuration.flag('mlp_bias', false);
  const wide = linear(context, input, { name: `${path}.Wi`, inputs: hiddenSize, outputs: 2 * innerSize, bias });
  const [content = '', gate = ''] = splitInParts(context, wide, 2);
  const active = findActivation(configuration, 'hidden_activation')(builder, content);
  const gated = context.dropout.apply(builder.operation('Mul', [active, gate]), {
    name: `layer.${options.layer}.feed_forward_inner`,
    probability: configuration.probability('mlp_dropout', 0),
    shape: [rowDimension(tokens), innerSize],
  });
  return linear(context, gated, { name: `${path}.Wo`, inputs: innerSize, outputs: hiddenSize, bias });
}

function modernBertLayer(context: EncoderContext, input: string, options: LayerOptions): string {
  const { builder } = context;
  const path = `layers.${options.layer}`;
  const norm = (state: string, name: string): string =>
    normalize(context, state, { ...options, name: `${path}.${name}` });
  // The embeddings are normalised already, so the first layer has no norm before its attention.
  const ready = options.layer === 0 ? input : norm(input, 'attn_norm');
  const attended = attentionBlock(context, ready, options);
  const middle = builder.operation('Add', [selectTokens(context, input, options.tokens), attended]);
  const fed = gatedFeedForward(context, norm(middle, 'mlp_norm'), options);
  return builder.operation('Add', [middle, fed]);
}

function normalize(context: EncoderContext, state: string, options: Sizes & { readonly name: string }): string {
  const bias = context.configuration.flag('norm_bias', false);
  return layerNormalization(context, state, {
    name: options.name,
    size: options.hiddenSize,
    epsilon: options.epsilon,
    bias,
  });
}

/** `[batch, hidden]` */
function meanState(context: ClassifierContext): string {
  const states = unflattenTokens(context, context.encode('all'), context.hiddenSize);
  return meanOfTokens(context.builder, states, floatMask(context));
}

/** ModernBERT (Warner et al. 2024): norms before the blocks, rotary positions, and windows in two of three layers. */
export const modernbert: Architecture = {
  modelTypes: ['modernbert'],
  probe: 'embeddings.tok_embeddings.weight',
  configuration: (reader) => ({
    hiddenSize: reader.integer('hidden_size'),
    layerCount: reader.integer('num_hidden_layers'),
    maximumPositions: reader.integer('max_position_embeddings'),
    padTokenId: reader.integer('pad_token_id', 50_283),
  }),
  build(context, tokens) {
    const { builder, configuration, weights } = context;
    const sizes = readSizes(configuration);
    const kinds = readLayerKinds(configuration);
    const table = weights.weight('embeddings.tok_embeddings.weight', [
      configuration.integer('vocab_size'),
      sizes.hiddenSize,
    ]);
    const words = flattenTokens(context, builder.operation('Gather', [table, context.inputIds]), sizes.hiddenSize);
    const input = context.dropout.apply(normalize(context, words, { ...sizes, name: 'embeddings.norm' }), {
      name: 'embeddings',
      probability: configuration.probability('embedding_dropout', 0),
      shape: ['tokens', sizes.hiddenSize],
    });
    const full = attentionBias(context);
    const geometry: Partial<Record<LayerKind, LayerGeometry>> = {};
    const states = stackLayers(context, input, {
      layerCount: kinds.length,
      tokens,
      build: (state, { index, ...given }) => {
        const kind = kinds[index] ?? 'full_attention';
        const shared = (geometry[kind] ??= {
          bias:
            kind === 'full_attention' ? full : windowBias(context, full, configuration.integer('local_attention', 128)),
          angles: rotaryAngles(context, { headSize: sizes.headSize, base: readRotaryBase(configuration, kind) }),
        });
        const options = { ...sizes, ...shared, ...given, layer: index };
        return builder.within(`layer.${index}`, () => modernBertLayer(context, state, options));
      },
    });
    return normalize(context, states, { ...sizes, name: 'final_norm' });
  },
  classify(context) {
    const { configuration } = context;
    const pooling = configuration.text('classifier_pooling', 'cls');
    if (pooling !== 'cls' && pooling !== 'mean') throw configuration.reject('classifier_pooling', '"cls" or "mean"');
    const sizes = readSizes(configuration);
    return classificationHead(context, {
      input: pooling === 'cls' ? context.encode('first') : meanState(context),
      dense: {
        weights: context.headWeights,
        name: 'head.dense',
        bias: configuration.flag('classifier_bias', false),
        normalize: (dense, head) => normalize(head, dense, { ...sizes, name: 'head.norm' }),
      },
      activation: findActivation(configuration, 'classifier_activation'),
      dropout: configuration.probability('classifier_dropout', 0),
      output: 'classifier',
    });
  },
};
