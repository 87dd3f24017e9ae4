import type { GraphBuilder } from '../builder/graph-builder.ts';
import { attention, type HeadLayout } from './attention.ts';
import type { EncoderContext } from './encoder-context.ts';
import { layerNormalization } from './layer-normalization.ts';
import { linear } from './linear.ts';

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

/** A layer's names, sizes, activation and attention bias. */
export interface PostNormLayerOptions {
  readonly names: LayerNames;
  readonly sizes: LayerSizes;
  readonly activation: (builder: GraphBuilder, input: string) => string;
  /** See {@link attention}. */
  readonly bias: string;
}

/**
 * The layer of BERT (Devlin et al. 2019): self-attention, then two linear layers, each added to its input and normalised.
 * `[tokens, hidden]` to `[tokens, hidden]`.
 */
export function postNormLayer(context: EncoderContext, input: string, options: PostNormLayerOptions): string {
  const { names, sizes } = options;
  const { hiddenSize } = sizes;
  const square = { inputs: hiddenSize, outputs: hiddenSize };
  const attended = attention(context, {
    ...sizes,
    query: linear(context, input, { name: names.query, ...square }),
    key: linear(context, input, { name: names.key, ...square }),
    value: linear(context, input, { name: names.value, ...square }),
    bias: options.bias,
  });
  const projected = linear(context, attended, { name: names.attentionOutput, ...square });
  return feedForward(
    context,
    addAndNormalize(context, [projected, input], { ...sizes, name: names.attentionNorm }),
    options,
  );
}

/** The second half of the layer: hidden to inner size, activation, back to hidden size, added and normalised. */
export function feedForward(
  context: EncoderContext,
  input: string,
  { names, sizes, activation }: Pick<PostNormLayerOptions, 'names' | 'sizes' | 'activation'>,
): string {
  const inner = linear(context, input, { name: names.inner, inputs: sizes.hiddenSize, outputs: sizes.innerSize });
  const active = activation(context.builder, inner);
  const outer = linear(context, active, { name: names.outer, inputs: sizes.innerSize, outputs: sizes.hiddenSize });
  return addAndNormalize(context, [outer, input], { ...sizes, name: names.outputNorm });
}

/** The sum of two states, normalised. */
export function addAndNormalize(
  context: EncoderContext,
  states: readonly [string, string],
  options: { readonly name: string; readonly hiddenSize: number; readonly epsilon: number },
): string {
  const sum = context.builder.operation('Add', states);
  return layerNormalization(context, sum, { name: options.name, size: options.hiddenSize, epsilon: options.epsilon });
}
