import type { GraphBuilder } from '../builder/graph-builder.ts';
import { attention, type AttentionDropout, type HeadLayout } from './attention.ts';
import type { EncoderContext } from './encoder-context.ts';
import { layerNormalization } from './layer-normalization.ts';
import { linear } from './linear.ts';
import { rowDimension, selectTokens, type TokenSelection } from './token-selection.ts';

/** Where the eight parts of a layer lie in the checkpoint. */
export interface LayerNames {
  readonly query: string;
  readonly key: string;
  readonly value: string;
  readonly attentionOutput: string;
  readonly attentionNorm: string;
  readonly inner: string;
  readonly outer: string;
  readonly outputNorm: string;
}

/** Sizes of a layer. */
export interface LayerSizes extends HeadLayout {
  readonly hiddenSize: number;
  readonly innerSize: number;
  readonly epsilon: number;
}

/** What a layer takes out in training, each a probability; undefined where the architecture has no dropout. */
export interface LayerDropout extends AttentionDropout {
  readonly attentionOutput: number | undefined;
  readonly feedForwardOutput: number | undefined;
}

/** A layer's names, sizes, activation, attention bias and dropout. */
export interface PostNormLayerOptions {
  readonly names: LayerNames;
  readonly sizes: LayerSizes;
  readonly activation: (builder: GraphBuilder, input: string) => string;
  /** See {@link attention}. */
  readonly bias: string;
  readonly dropout: LayerDropout;
  /** Whose states it gives. */
  readonly tokens: TokenSelection;
}

/**
 * The layer of BERT (Devlin et al. 2019): self-attention, then two linear layers, each added to its input and normalised.
 * `[tokens, hidden]` to `[tokens, hidden]`, or to `[batch, hidden]` for first tokens.
 */
export function postNormLayer(context: EncoderContext, input: string, options: PostNormLayerOptions): string {
  const { names, sizes, tokens } = options;
  const { hiddenSize } = sizes;
  const asking = selectTokens(context, input, tokens);
  const square = { inputs: hiddenSize, outputs: hiddenSize };
  const attended = attention(context, {
    ...sizes,
    query: linear(context, asking, { name: names.query, ...square }),
    key: linear(context, input, { name: names.key, ...square }),
    value: linear(context, input, { name: names.value, ...square }),
    bias: options.bias,
    dropout: options.dropout,
    tokens,
  });
  return afterAttention(context, { input: asking, attended }, options);
}

/**
 * What follows the attention of a layer: its output layer, added to the layer's input and normalised, then the feed-forward half.
 * Both are states of the tokens in question.
 */
export function afterAttention(
  context: EncoderContext,
  { input, attended }: { readonly input: string; readonly attended: string },
  options: Omit<PostNormLayerOptions, 'bias'>,
): string {
  const { names, sizes, dropout, tokens } = options;
  const { hiddenSize } = sizes;
  const projected = linear(context, attended, { name: names.attentionOutput, inputs: hiddenSize, outputs: hiddenSize });
  const kept = context.dropout.apply(projected, {
    name: `${dropout.path}.attention_output`,
    probability: dropout.attentionOutput,
    shape: [rowDimension(tokens), hiddenSize],
  });
  const middle = addAndNormalize(context, [kept, input], { ...sizes, name: names.attentionNorm });
  return feedForward(context, middle, options);
}

/** The second half of the layer: hidden to inner size, activation, back to hidden size, added and normalised. */
function feedForward(
  context: EncoderContext,
  input: string,
  { names, sizes, activation, dropout, tokens }: Omit<PostNormLayerOptions, 'bias'>,
): string {
  const inner = linear(context, input, { name: names.inner, inputs: sizes.hiddenSize, outputs: sizes.innerSize });
  const active = activation(context.builder, inner);
  const outer = linear(context, active, { name: names.outer, inputs: sizes.innerSize, outputs: sizes.hiddenSize });
  const kept = context.dropout.apply(outer, {
    name: `${dropout.path}.feed_forward_output`,
    probability: dropout.feedForwardOutput,
    shape: [rowDimension(tokens), sizes.hiddenSize],
  });
  return addAndNormalize(context, [kept, input], { ...sizes, name: names.outputNorm });
}

/** The sum of two states, normalised. */
function addAndNormalize(
  context: EncoderContext,
  states: readonly [string, string],
  options: { readonly name: string; readonly hiddenSize: number; readonly epsilon: number },
): string {
  const sum = context.builder.operation('Add', states);
  return layerNormalization(context, sum, { name: options.name, size: options.hiddenSize, epsilon: options.epsilon });
}
