import { floatAttribute, intAttribute } from '../model/attributes.ts';
import type { EncoderContext } from './encoder-context.ts';

/** Size and numeric guard of a layer normalisation. */
export interface LayerNormalizationOptions {
  /** Name of its parameters, without `.weight`. */
  readonly name: string;
  readonly size: number;
  /** Added to the variance. */
  readonly epsilon: number;
  /** @default true */
  readonly bias?: boolean;
}

/** Normalises the last dimension to mean 0 and variance 1, then scales and shifts it. */
export function layerNormalization(
  { builder, weights }: EncoderContext,
  input: string,
  options: LayerNormalizationOptions,
): string {
  const { name, size, epsilon, bias = true } = options;
  const operands = [input, weights.weight(`${name}.weight`, [size])];
  if (bias) operands.push(weights.weight(`${name}.bias`, [size]));
  return builder.operation('LayerNormalization', operands, {
    axis: intAttribute(-1),
    epsilon: floatAttribute(epsilon),
  });
}
