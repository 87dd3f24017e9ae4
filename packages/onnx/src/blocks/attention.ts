import { intAttribute, intsAttribute } from '../model/attributes.ts';
import type { DropoutPlace } from './dropout.ts';
import type { EncoderContext } from './encoder-context.ts';

/** Width of attention. */
export interface HeadLayout {
  readonly headCount: number;
  readonly headSize: number;
}

/** Inputs of scaled dot-product attention. */
export interface AttentionInputs extends HeadLayout {
  /** `[tokens, headCount * headSize]` each. */
  readonly query: string;
  readonly key: string;
  readonly value: string;
  /** Added to the scores: broadcasts to `[batch, heads, sequence, sequence]`. */
  readonly bias: string;
  readonly dropout: AttentionDropout;
}

/** Which shares of attention are taken out in training. */
export interface AttentionDropout {
  /** Of the layer, such as `layer.0`. */
  readonly path: string;
  readonly attentionProbabilities: number;
}

/** The mask of attention probabilities, `[batch, heads, sequence, sequence]`. */
export function attentionSite(headCount: number, { path, attentionProbabilities }: AttentionDropout): DropoutPlace {
  return {
    name: `${path}.attention_probabilities`,
    probability: attentionProbabilities,
    shape: ['batch', headCount, 'sequence', 'sequence'],
  };
}

/** `[tokens, heads * size]` to `[batch, sequence, heads, size]`, then axes in another order. */
export function splitHeads(
  context: EncoderContext,
  input: string,
  options: HeadLayout & { readonly order: readonly number[] },
): string {
  const { builder, inputShape } = context;
  const target = builder.operation('Concat', [inputShape, builder.integers([options.headCount, options.headSize])], {
    axis: intAttribute(0),
  });
  const split = builder.operation('Reshape', [input, target]);
  return builder.operation('Transpose', [split], { perm: intsAttribute(options.order) });
}

/** `[batch, heads, sequence, size]` to `[tokens, heads * size]`. */
export function joinHeads({ builder }: EncoderContext, input: string, layout: HeadLayout): string {
  const rows = builder.operation('Transpose', [input], { perm: intsAttribute([0, 2, 1, 3]) });
  return builder.operation('Reshape', [rows, builder.integers([-1, layout.headCount * layout.headSize])]);
}

/**
 * softmax(query * key^T / sqrt(size) + bias) * value for every head; `[tokens, heads * size]`.
 * The query is scaled before the product, which touches fewer numbers than scaling the scores.
 */
export function attention(context: EncoderContext, inputs: AttentionInputs): string {
  const { builder } = context;
  const scaled = builder.operation('Mul', [inputs.query, builder.scalar(1 / Math.sqrt(inputs.headSize))]);
  const query = splitHeads(context, scaled, { ...inputs, order: [0, 2, 1, 3] });
  const key = splitHeads(context, inputs.key, { ...inputs, order: [0, 2, 3, 1] });
  const value = splitHeads(context, inputs.value, { ...inputs, order: [0, 2, 1, 3] });
  const scores = builder.operation('Add', [builder.operation('MatMul', [query, key]), inputs.bias]);
  const shares = builder.operation('Softmax', [scores], { axis: intAttribute(-1) });
  const kept = context.dropout.apply(shares, attentionSite(inputs.headCount, inputs.dropout));
  return joinHeads(context, builder.operation('MatMul', [kept, value]), inputs);
}
