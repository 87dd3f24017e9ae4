import type { CheckpointWeights } from '../checkpoint/checkpoint-weights.ts';
import type { ActivationBlock } from './activation.ts';
import type { EncoderContext } from './encoder-context.ts';
import { linear } from './linear.ts';
import type { TokenSelection } from './token-selection.ts';

/** What the head of a sequence classification model works with. */
export interface ClassifierContext extends EncoderContext {
  /** Weights beside the encoder; those of {@link EncoderContext} are inside it. */
  readonly headWeights: CheckpointWeights;
  /** Adds the encoder and returns the states `[tokens, hidden]` of all tokens or `[batch, hidden]` of first ones. To be called once. */
  readonly encode: (tokens: TokenSelection) => string;
  readonly hiddenSize: number;
  readonly labelCount: number;
}

/** A head of two layers. */
export interface ClassificationHeadOptions {
  /** `[batch, hidden]` */
  readonly input: string;
  /** The share of the input's numbers to take out in training. @default no dropout */
  readonly inputDropout?: number;
  /** The first layer, hidden to hidden. */
  readonly dense: {
    readonly weights: CheckpointWeights;
    readonly name: string;
    /** @default true */
    readonly bias?: boolean;
    /** Applied behind the activation. */
    readonly normalize?: (input: string, context: EncoderContext) => string;
  };
  readonly activation: ActivationBlock;
  /** The share of numbers to take out before the second layer in training. */
  readonly dropout: number;
  /** Name of the second layer, hidden to labels. */
  readonly output: string;
}

/** A layer with an activation, and a layer that gives the logits `[batch, labels]`. */
export function classificationHead(context: ClassifierContext, options: ClassificationHeadOptions): string {
  const { builder, dropout, headWeights, hiddenSize, labelCount } = context;
  const { dense, activation } = options;
  const shape = ['batch', hiddenSize] as const;
  return builder.within('classifier', () => {
    const input = dropout.apply(options.input, { name: 'pooler', probability: options.inputDropout, shape });
    const within = { ...context, weights: dense.weights };
    const layer = { name: dense.name, inputs: hiddenSize, outputs: hiddenSize, bias: dense.bias ?? true };
    const active = activation(builder, linear(within, input, layer));
    const normal = dense.normalize?.(active, within) ?? active;
    const kept = dropout.apply(normal, { name: 'classifier', probability: options.dropout, shape });
    const outside = { ...context, weights: headWeights };
    return linear(outside, kept, { name: options.output, inputs: hiddenSize, outputs: labelCount });
  });
}
