import { intAttribute, intsAttribute } from '../model/attributes.ts';
import type { DropoutPlace } from './dropout.ts';
import type { EncoderContext } from './encoder-context.ts';
import type { TokenSelection } from './token-selection.ts';

/** Width of attention. */
export interface HeadLayout {
  readonly headCount: number;
  readonly headSize: number;
}

/** Inputs of scaled dot-product attention. */
export interface AttentionInputs extends HeadLayout {
  /** `[tokens, headCount * headSize]`; `[batch, headCount * headSize]` of first tokens. */
  readonly query: string;
  /** `[tokens, headCount * headSize]` each. */
  readonly key: string;
  readonly value: string;
  /** Added to the scores: broadcasts to `[batch, heads, queries, sequence]`. */
  readonly bias: string;
  /** Whose queries there are. */
  readonly tokens: TokenSelection;
  readonly dropout: AttentionDropout;
}

/** Which shares of attention are taken out in training. */
export interface AttentionDropout {
  /** Of the layer, such as `layer.0`. */
  readonly path: string;
  readonly attentionProbabilities: number;
}

/** The mask of attention probabilities, `[batch, heads, queries, sequence]`. */
export function attentionSite(
  { headCount, tokens }: { readonly headCount: number; readonly tokens: TokenSelection },
  { path, attentionProbabilities }: AttentionDropout,
): DropoutPlace {
  return {
    name: `${path}.attention_probabilities`,
    probability: attentionProbabilities,
    shape: ['batch', headCount, tokens === 'all' ? 'sequence' : 1, 'sequence'],
  };
}

/** How states are split by head. */
export interface SplitHeadsOptions extends HeadLayout {
  /** The axes batch, sequence, heads and size in another order. */
  readonly order: readonly number[];
  /** Whose states they are. @default all tokens' */
  readonly tokens?: TokenSelection;
}

/** `[tokens, heads * size]` to `[batch, sequence, heads, size]`, with a sequence of one for first tokens; then axes in another order. */
export function splitHeads(context: EncoderContext, input: string, options: SplitHeadsOptions): string {
  const { builder } = context;
  const split = builder.operation('Reshape', [input, splitShape(context, options)]);
  return builder.operation('Transpose', [split], { perm: intsAttribute(options.order) });
}

function splitShape({ builder, inputShape }: EncoderContext, options: SplitHeadsOptions): string {
  const { headCount, headSize, tokens = 'all' } = options;
  if (tokens === 'first') return builder.integers([-1, 1, headCount, headSize]);
  return builder.operation('Concat', [inputShape, builder.integers([headCount, headSize])], { axis: intAttribute(0) });
}

/** `[batch, heads, sequence, size]` to `[tokens, heads * size]`. */
export function joinHeads({ builder }: EncoderContext, input: string, layout: HeadLayout): string {
  const rows = builder.operation('Transpose', [input], { perm: intsAttribute([0, 2, 1, 3]) });
  return builder.operation('Reshape', [rows, builder.integers([-1, layout.headCount * layout.headSize])]);
}

/**
 * softmax(query * key^T / sqrt(size) + bias) * value for every head; in the shape of the query.
 * The query is scaled before the product, which touches fewer numbers than scaling the scores.
 */
export function attention(context: EncoderContext, inputs: AttentionInputs): string {
  const { builder } = context;
  const scaled = builder.operation('Mul', [inputs.query, builder.scalar(1 / Math.sqrt(inputs.headSize))]);
  const query = splitHeads(context, scaled, { ...inputs, order: [0, 2, 1, 3] });
  const key = splitHeads(context, inputs.key, { ...inputs, tokens: 'all', order: [0, 2, 3, 1] });
  const value = splitHeads(context, inputs.value, { ...inputs, tokens: 'all', order: [0, 2, 1, 3] });
  const scores = builder.operation('Add', [builder.operation('MatMul', [query, key]), inputs.bias]);
  const shares = builder.operation('Softmax', [scores], { axis: intAttribute(-1) });
  const kept = context.dropout.apply(shares, attentionSite(inputs, inputs.dropout));
  return joinHeads(context, builder.operation('MatMul', [kept, value]), inputs);
}
