import { intAttribute } from '../model/attributes.ts';
import type { EncoderContext } from './encoder-context.ts';

/** Size of a linear layer. */
export interface LinearOptions {
  readonly inputs: number;
  readonly outputs: number;
  /** @default true */
  readonly bias?: boolean;
}

/** `[tokens, inputs]` to `[tokens, outputs]`: x * weight^T + bias, with the weight `[outputs, inputs]` as checkpoints store it. */
export function linear(
  { builder, weights }: EncoderContext,
  input: string,
  options: LinearOptions & { readonly name: string },
): string {
  const { name, inputs, outputs, bias = true } = options;
  const operands = [input, weights.weight(`${name}.weight`, [outputs, inputs])];
  if (bias) operands.push(weights.weight(`${name}.bias`, [outputs]));
  return builder.operation('Gemm', operands, { transB: intAttribute(1) });
}
